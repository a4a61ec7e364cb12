TEXTS: dict[str, tuple[str, str]] = {
    "nav.settings": ("Instellingen", "Settings"),
    "study.new": ("Nieuw onderzoek", "New study"),
    "study.make": ("Maak het onderzoek", "Make the study"),
    "study.made": (
        "Het onderzoek is er. Vul nog in wie verantwoordelijk is.",
        "The study is there. Say who is responsible for it.",
    ),
    "study.saved": ("Bewaard.", "Saved."),
    "study.opened": (
        "Bewaard. Dit is nu de toestemmingstekst: lees hem na. Daarna maak je bij Deelnamecodes de eerste poster.",
        "Saved. This is the consent text from now on: read it through. Then make the first poster at Join codes.",
    ),
    "study.saved_text.one": (
        "Bewaard, met een nieuwe toestemmingstekst. Eén deelnemer wordt opnieuw gevraagd.",
        "Saved, with a new consent text. One participant is asked again.",
    ),
    "study.saved_text.many": (
        "Bewaard, met een nieuwe toestemmingstekst. {count} deelnemers worden opnieuw gevraagd.",
        "Saved, with a new consent text. {count} participants are asked again.",
    ),
    "study.saved_quietly": (
        "Bewaard, met een nieuwe toestemmingstekst. Niemand wordt opnieuw gevraagd.",
        "Saved, with a new consent text. Nobody is asked again.",
    ),
    "study.text_nobody": (
        "Als je bewaart, komt er meteen een nieuwe versie van de tekst. Er is nu niemand die al ja heeft gezegd; wie "
        "nog ja moet zeggen, leest de nieuwe tekst.",
        "When you save, a new version of the text comes into force. Nobody now has said yes already; whoever still has "
        "to say yes reads the new text.",
    ),
    "study.confirm": ("Wat deze instellingen doen", "What these settings do"),
    "study.save": ("Bewaar deze instellingen", "Save these settings"),
    "study.field.title_nl": ("Naam voor deelnemers (Nederlands)", "Name for participants (Dutch)"),
    "study.field.title_en": ("Naam voor deelnemers (Engels)", "Name for participants (English)"),
    "study.field.start_rule": ("Deelnemers beginnen", "Participants begin"),
    "study.field.opens_on": ("Eerste dag", "First day"),
    "study.field.closes_on": ("Aanmelden kan tot en met", "Joining is possible until"),
    "study.field.institution": ("Instelling", "Institution"),
    "study.field.contact_name": ("Wie jongeren vragen kunnen stellen", "Whom young people may ask"),
    "study.field.contact_mail": ("E-mail", "E-mail"),
    "study.field.contact_phone": ("Telefoon", "Phone"),
    "study.field.parents": ("Onder de 16: hoeveel ouders tekenen", "Under 16: how many parents sign"),
    "study.only_text": (
        "Geen enkele instelling. Wel is de tekst die bij Kiem hoort sinds de vorige keer veranderd.",
        "No setting at all. But the text that comes with Kiem has changed since the last time.",
    ),
    "study.text_corrects": (
        "Als je bewaart, komt er meteen een verbeterde versie van de tekst. Wie al meedoet wordt niets gevraagd en "
        "krijgt gewoon vragen.",
        "When you save, a corrected version of the text comes into force. Who takes part already is asked nothing and "
        "goes on getting questions.",
    ),
    "study.text_mails.one": (
        "{count} ouder krijgt een mail met een nieuwe link en met wat er anders is.",
        "{count} parent gets a mail with a new link and what is different.",
    ),
    "study.text_mails.many": (
        "{count} ouders krijgen een mail met een nieuwe link en met wat er anders is.",
        "{count} parents get a mail with a new link and what is different.",
    ),
    "study.text_letters.one": (
        "{count} ouder is alleen met een brief te bereiken: maak na het bewaren een nieuwe brief.",
        "{count} parent can only be reached by letter: make a new letter after saving.",
    ),
    "study.text_letters.many": (
        "{count} ouders zijn alleen met een brief te bereiken: maak na het bewaren nieuwe brieven.",
        "{count} parents can only be reached by letter: make new letters after saving.",
    ),
    "study.parents_title": ("Onder de 16", "Under 16"),
    "study.parents_wait.one": (
        "{count} jongere doet nu mee met de ja van één ouder, en krijgt na het bewaren geen vragen tot ook een tweede "
        "ouder ja heeft gezegd.",
        "{count} young person takes part with the yes of one parent, and after saving gets no questions until a second "
        "parent has said yes too.",
    ),
    "study.parents_wait.many": (
        "{count} jongeren doen nu mee met de ja van één ouder, en krijgen na het bewaren geen vragen tot ook een "
        "tweede ouder ja heeft gezegd.",
        "{count} young people take part with the yes of one parent, and after saving get no questions until a second "
        "parent has said yes too.",
    ),
    "study.parents_how": (
        "In de app staat wat er ontbreekt en kunnen ze de tweede ouder vragen. Een melding komt er niet: stuur een "
        "bericht als ze het eerder moeten weten. Wat ze al deden blijft staan.",
        "The app says what is missing and lets them ask the second parent. No notification goes out: send a message if "
        "they should know sooner. What they did stays.",
    ),
    "study.parents_go_on.one": (
        "{count} jongere wacht nu op een tweede ouder, en kan na het bewaren verder met de ja die er al is.",
        "{count} young person waits for a second parent now, and after saving goes on with the yes that is there.",
    ),
    "study.parents_go_on.many": (
        "{count} jongeren wachten nu op een tweede ouder, en kunnen na het bewaren verder met de ja die er al is.",
        "{count} young people wait for a second parent now, and after saving go on with the yes that is there.",
    ),
    "study.text_own": (
        "Dit onderzoek heeft een eigen tekst, en die verandert niet vanzelf. Noemt die tekst wat je verandert, laat "
        "een eigenaar dan na het bewaren een nieuwe versie publiceren.",
        "This study has a text of its own, which does not change by itself. Where that text names what you change, let "
        "an owner publish a new version after saving.",
    ),
    "study.told": ("Wat er anders is", "What is different"),
    "study.told_hint": (
        "Wie opnieuw gevraagd wordt leest dit boven de nieuwe tekst, in de app, in de mail of in de brief.",
        "Whoever is asked again reads this above the new text, in the app, the mail or the letter.",
    ),
    "study.told_quiet": (
        "Staat bij de nieuwe versie, voor wie de tekst opzoekt. Niemand krijgt er een melding van.",
        "Stands with the new version, for whoever looks the text up. Nobody is notified of it.",
    ),
    "error.text-changed": (
        "Intussen is er een nieuwe toestemmingstekst gepubliceerd. Bekijk opnieuw wat er gebeurt.",
        "A new consent text was published meanwhile. See once more what happens.",
    ),
    "study.settings": ("Instellingen", "Settings"),
    "study.title": ("Naam voor deelnemers", "Name for participants"),
    "study.name": ("Korte naam", "Short name"),
    "study.name_hint": (
        "Komt in webadressen en bestandsnamen: kleine letters, cijfers en streepjes. Verandert niet meer.",
        "Goes into web addresses and file names: small letters, digits and hyphens. Does not change any more.",
    ),
    "study.name_shape": ("kleine letters, cijfers en streepjes", "small letters, digits and hyphens"),
    "study.protocol": ("Protocol", "Protocol"),
    "study.start": ("Deelnemers beginnen", "Participants begin"),
    "study.start.next_day": (
        "meteen: dezelfde dag, of morgen als die dag al begonnen is",
        "at once: the same day, or the next if it has begun",
    ),
    "study.start.monday": ("op de eerste maandag na aanmelden", "on the first Monday after joining"),
    "study.for_new": ("Geldt voor wie zich vanaf nu aanmeldt.", "Holds for who joins from now on."),
    "study.opens_on": ("Eerste dag", "First day"),
    "study.closes_on": ("Aanmelden kan tot en met", "Joining is possible until"),
    "study.closes_hint": ("Wie meedoet maakt zijn dagen af.", "Who takes part completes all days."),
    "study.zone_hint": ("Bijvoorbeeld Europe/Amsterdam.", "For instance Europe/Amsterdam."),
    "study.responsible": ("Wie is verantwoordelijk", "Who is responsible"),
    "study.responsible_hint": (
        "Staat in de toestemmingstekst. Een andere contactpersoon is een verbetering; bij een andere instelling moet iedereen opnieuw ja zeggen. Je ziet eerst wat er gebeurt.",  # noqa: E501
        "Stands in the consent text. Another contact is a correction; with another institution everybody has to say yes again. You see what happens first.",  # noqa: E501
    ),
    "study.institution": ("Instelling", "Institution"),
    "fact.field.title": ("Naam voor deelnemers", "Name for participants"),
    "fact.field.start_rule": ("Deelnemers beginnen", "Participants begin"),
    "fact.field.opens_on": ("Eerste dag", "First day"),
    "fact.field.closes_on": ("Aanmelden kan tot en met", "Joining is possible until"),
    "fact.field.contact": ("wie verantwoordelijk is en wie jongeren vragen", "who is responsible and whom to ask"),
    "study.contact_name": ("Wie jongeren vragen kunnen stellen", "Whom young people may ask"),
    "study.contact_mail": ("E-mail", "E-mail"),
    "study.contact_phone": ("Telefoon", "Phone"),
    "study.parents": ("Onder de 16: hoeveel ouders tekenen", "Under 16: how many parents sign"),
    "study.calendar": ("Kalender van een deelnemer", "A participant's calendar"),
    "study.calendar_how": (
        "Zo vallen de momenten voor een verzonnen deelnemer. Kies stille uren en kijk wat er gebeurt.",
        "This is how the moments fall for a made-up participant. Choose quiet hours and see what happens.",
    ),
    "study.calendar_text.one": (
        "{count} vragenlijst in {days} dagen vanaf {first}.",
        "{count} questionnaire in {days} days from {first}.",
    ),
    "study.calendar_text.many": (
        "{count} vragenlijsten in {days} dagen vanaf {first}.",
        "{count} questionnaires in {days} days from {first}.",
    ),
    "study.legend": (
        "Een stip is een vragenlijst met de tijd om te antwoorden, een ruit de challenge, grijs zijn stille uren.",
        "A dot is a questionnaire with its time to answer, a diamond the challenge, grey are quiet hours.",
    ),
    "study.first_day": ("Vanaf", "From"),
    "study.quiet": ("Stille uren", "Quiet hours"),
    "study.quiet_hint": ("Zoals 08:30-15:00.", "Such as 08:30-15:00."),
    "study.quiet_shape": ("Schrijf stille uren als 08:30-15:00.", "Write quiet hours like 08:30-15:00."),
    "study.person": ("Verzonnen deelnemer nr.", "Made-up participant no."),
    "study.clock_weeks": ("Weken waarin de klok verspringt:", "Weeks in which the clock changes:"),
    "study.times": ("Tijden", "Times"),
    "error.study-exists": (
        "Er is al een onderzoek met deze korte naam.",
        "There is a study of that short name already.",
    ),
    "error.zone-unknown": (
        "Dit is geen tijdzone, zoals Europe/Amsterdam.",
        "This is no time zone, such as Europe/Amsterdam.",
    ),
    "error.dates-turned": ("Het einde ligt voor het begin.", "The end lies before the beginning."),
    "did.study.made": ("maakte een onderzoek", "made a study"),
    "did.study.changed": ("veranderde een onderzoek", "changed a study"),
}
