TEXTS: dict[str, tuple[str, str]] = {
    "nav.safety": ("Veiligheid", "Safety"),
    "safety.title": ("Veiligheid", "Safety"),
    "safety.nobody": (
        "In dit onderzoek kijkt niemand naar signalen. Jongeren zien zelf met wie ze kunnen praten; je krijgt geen berichten.",  # noqa: E501
        "Nobody looks after signs in this study. Young people see for themselves who they can talk to; you get no alerts.",  # noqa: E501
    ),
    "safety.delicate": (
        "Dit onderzoek vraagt naar zelfdoding of zelfbeschadiging. Zonder bemande opvolging opent het niet: er komen geen deelnamecodes.",  # noqa: E501
        "This study asks about suicide or self-harm. Without staffed monitoring it does not open: there are no join codes.",  # noqa: E501
    ),
    "safety.untold": (
        "De toestemmingstekst is van voor de opvolging en vertelt er niet over. Publiceer een nieuwe tekst; tot dan wordt niemand erom gevraagd.",  # noqa: E501
        "The consent text is from before the monitoring and does not tell of it. Publish a new text; until then nobody is asked about it.",  # noqa: E501
    ),
    "safety.open": ("Signalen", "Alerts"),
    "safety.open_alerts.one": ("signaal open", "open alert"),
    "safety.open_alerts.many": ("signalen open", "open alerts"),
    "safety.none_open": ("Er is geen signaal open.", "No alert is open."),
    "safety.who": ("Deelnemer", "Participant"),
    "safety.what": ("Signaal", "Sign"),
    "safety.since": ("Sinds", "Since"),
    "safety.before": ("Kijken voor", "Look before"),
    "safety.late": ("te laat", "late"),
    "safety.taken_by": ("bij {who}", "with {who}"),
    "safety.take": ("Ik kijk ernaar", "I look after it"),
    "safety.how": ("Hoe is het afgelopen?", "How did it end?"),
    "safety.close": ("Sluit", "Close"),
    "safety.kind.wish": ("wil weten met wie te praten", "wants to know who to talk to"),
    "safety.kind.days": ("meerdere zware dagen", "several heavy days"),
    "safety.kind.answer": ("antwoord op een vraag over zelfdoding", "answer to a question about suicide"),
    "safety.outcome.spoken": ("gesproken", "spoken"),
    "safety.outcome.referred": ("doorverwezen", "referred"),
    "safety.outcome.emergency": ("112 of crisisdienst", "emergency services"),
    "safety.outcome.not_reached": ("niet bereikt", "not reached"),
    "safety.outcome.no_need": ("niet nodig", "not needed"),
    "safety.outcome.open": ("nog open", "still open"),
    "safety.protocol": ("Wat je doet", "What you do"),
    "safety.people": ("Wie kijkt", "Who looks"),
    "safety.hours": (
        "{days}, {begins} tot {ends}; binnen {hours} uur",
        "{days}, {begins} to {ends}; within {hours} hours",
    ),
    "safety.closed": ("Laatst gesloten", "Closed lately"),
    "safety.set_up": ("Bemande opvolging instellen", "Set up staffed monitoring"),
    "safety.change": ("Bemande opvolging wijzigen", "Change staffed monitoring"),
    "safety.ethics": ("Voor de ethische commissie", "For the ethics committee"),
    "safety.ethics_text": (
        "Aantallen over minder dan {fewest} mensen worden niet getoond. Aan wie een kaart is getoond, en waarom, wordt niet bewaard of is hier niet te zien.",  # noqa: E501
        "Counts about fewer than {fewest} people are not shown. To whom a card was shown cannot be seen here, and why is not kept.",  # noqa: E501
    ),
    "safety.joined": ("Aangemeld", "Joined"),
    "safety.card_people": ("Kreeg de hulpkaart te zien (mensen)", "Were shown the help card (people)"),
    "safety.card_shown": ("Hulpkaart getoond (keer)", "Help card shown (times)"),
    "safety.card_dismissed": ("Hulpkaart weggetikt (keer)", "Help card dismissed (times)"),
    "safety.alerts_of": ("Signaal: {kind}, {outcome}", "Alert: {kind}, {outcome}"),
    "safety.hidden": ("minder dan {fewest} mensen", "fewer than {fewest} people"),
    "safety.measure": ("Wat", "What"),
    "safety.count": ("Aantal", "Count"),
    "monitoring.title": ("Bemande opvolging", "Staffed monitoring"),
    "monitoring.text": (
        "Alleen wie hier ja op zegt wordt gevolgd: de app vraagt het apart, onder de 16 ook aan de ouders. Je ziet dat er een signaal is, nooit wat iemand antwoordde.",  # noqa: E501
        "Only who says yes to this is looked after: the app asks separately, under 16 the parents too. You see that there is a sign, never what somebody answered.",  # noqa: E501
    ),
    "monitoring.weekdays": ("Dagen waarop iemand kijkt", "Days on which somebody looks"),
    "monitoring.begins": ("Van", "From"),
    "monitoring.ends": ("Tot", "To"),
    "monitoring.turned": ("Het einde ligt voor het begin.", "The end lies before the beginning."),
    "monitoring.within": ("Binnen hoeveel uur kijkt iemand", "Within how many hours somebody looks"),
    "monitoring.within_hint": (
        "Geteld vanaf het eerste moment waarop iemand er is.",
        "Counted from the first moment that somebody is there.",
    ),
    "monitoring.people": ("Wie er kijken", "Who looks"),
    "monitoring.people_hint": (
        "Eén per regel: naam, functie en hoe collega’s die bereiken.",
        "One a line: name, position and how colleagues reach them.",
    ),
    "monitoring.too_many": ("Hooguit {most} mensen.", "At most {most} people."),
    "monitoring.protocol": ("Wat er gebeurt bij een signaal", "What happens when there is a sign"),
    "monitoring.protocol_hint": (
        "Stappen, telefoonnummers, wanneer 112, wie beslist. Staat op het scherm bij elk signaal.",
        "Steps, phone numbers, when to call emergency services, who decides. Shown on the screen beside every alert.",
    ),
    "monitoring.saved": (
        "Bewaard. Deelnemers die ja zeggen worden vanaf nu gevolgd.",
        "Saved. Participants who say yes are looked after from now on.",
    ),
    "monitoring.end": ("Beëindig de bemande opvolging", "End staffed monitoring"),
    "monitoring.was_ended": ("Niemand kijkt meer naar signalen.", "Nobody looks after signs any more."),
    "monitoring.cannot_end": (
        "Dit onderzoek vraagt naar zelfdoding en loopt nog; de opvolging kan niet eindigen.",
        "This study asks about suicide and is still running; its monitoring cannot end.",
    ),
    "alert.was_taken": ("Je kijkt ernaar.", "You look after it."),
    "alert.was_closed": ("Het signaal is gesloten.", "The alert is closed."),
    "alert.say_how": ("Kies hoe het is afgelopen.", "Choose how it ended."),
    "error.alert-unknown": ("Dit signaal is er niet.", "There is no such alert."),
    "error.alert-closed": ("Iemand heeft dit signaal al gesloten.", "Somebody has closed this alert already."),
    "error.monitoring-needed": (
        "Dit onderzoek vraagt naar zelfdoding. Stel eerst bij Veiligheid in wie er naar de antwoorden kijkt.",
        "This study asks about suicide. First set up in Safety who looks after the answers.",
    ),
    "did.monitoring.set-up": ("stelde bemande opvolging in", "set up staffed monitoring"),
    "did.monitoring.ended": ("beëindigde de bemande opvolging", "ended staffed monitoring"),
    "did.alert.taken": ("nam een signaal op zich", "took an alert up"),
    "did.alert.closed": ("sloot een signaal", "closed an alert"),
    "fact.people": ("mensen", "people"),
    "fact.within_h": ("uren", "hours"),
    "fact.outcome": ("afloop", "outcome"),
}
