TEXTS: dict[str, tuple[str, str]] = {
    "nav.exports": ("Exports", "Exports"),
    "export.lead": (
        "Alles wat dit onderzoek heeft verlaten, en wie erom vroeg. Een pakket is er nooit zonder reden.",
        "Everything that has left this study, and who asked for it. No bundle is made without a reason.",
    ),
    "export.none": ("Er is nog niets uitgevoerd.", "Nothing has been exported yet."),
    "export.new": ("Nieuwe export", "New export"),
    "export.titled": ("Export: {profile}", "Export: {profile}"),
    "export.look": ("Bekijk", "Look"),
    "export.asked_at": ("Gevraagd", "Asked"),
    "export.state": ("Stand", "State"),
    "export.by": ("Door", "By"),
    "export.second": ("tweede persoon: {who}", "second person: {who}"),
    "export.second_person": ("Tweede persoon", "Second person"),
    "export.people": ("Deelnemers", "Participants"),
    "export.profile": ("Profiel", "Profile"),
    "export.profile.research": ("Onderzoek", "Research"),
    "export.profile.open": ("Open", "Open"),
    "export.profile.aggregate": ("Tabellen", "Tables"),
    "export.profile.linked": ("Koppelbaar", "Linked"),
    "export.about.research": (
        "Een rij per geplande beep, zonder datums. De gewone keus.",
        "One row for every planned beep, without dates. The usual choice.",
    ),
    "export.about.open": (
        "Om te publiceren, met beperkte toegang: strenger, en een tweede persoon beslist mee.",
        "For publication with restricted access: stricter, and a second person decides too.",
    ),
    "export.about.aggregate": (
        "Alleen aantallen en gemiddelden; kleine groepen zijn verborgen.",
        "Numbers and means only; small groups are hidden.",
    ),
    "export.about.linked": (
        "Codes die binnen een overeenkomst gelijk blijven. Bij uitzondering; een tweede persoon beslist mee.",
        "Ids that stay the same within one agreement. An exception; a second person decides too.",
    ),
    "export.state.waiting": ("wacht op een tweede persoon", "waits for a second person"),
    "export.state.queued": ("in de rij", "in the queue"),
    "export.state.running": ("wordt gemaakt", "being made"),
    "export.state.done": ("klaar", "done"),
    "export.state.refused": ("afgewezen", "refused"),
    "export.state.failed": ("niet gelukt", "failed"),
    "export.state.cancelled": ("teruggenomen", "taken back"),
    "export.tables_withdrawn": (
        "Iemand trok zich terug: deze tabellen zijn ingetrokken en worden niet opnieuw gemaakt.",
        "Somebody withdrew: these tables are withdrawn, and not made anew.",
    ),
    "export.failed_why": ("Reden: {why}.", "Reason: {why}."),
    "export.phase.read": ("Dagboeken lezen", "Reading diaries"),
    "export.phase.write": ("Rijen schrijven", "Writing rows"),
    "export.phase.describe": ("Codeboek en rapporten schrijven", "Writing codebook and reports"),
    "export.phase.pack": ("Inpakken", "Packing"),
    "export.replaced": ("vervangen", "replaced"),
    "export.replaced_text": (
        "Op {day} is dit pakket opnieuw gemaakt omdat iemand zich terugtrok. Vernietig het, ook kopieën, en vraag "
        "wie het kreeg hetzelfde te doen.",
        "On {day} this bundle was made again because somebody withdrew. Destroy it and every copy, and ask whoever "
        "had it to do the same.",
    ),
    "export.new_lead": (
        "Kies, kijk wat er overblijft, en vraag het dan aan. Kijken maakt niets en meldt niets.",
        "Choose, look at what survives, and then ask for it. Looking makes nothing and notes nothing.",
    ),
    "export.cannot_make": (
        "Op deze computer ontbreken de bibliotheken voor exports; een worker die ze heeft maakt het pakket.",
        "This machine lacks the libraries of exports; a worker that has them makes the bundle.",
    ),
    "export.ranking": ("Achtergrondkenmerken, het liefste eerst", "Demographics, dearest first"),
    "export.ranking_hint": (
        "Wat bovenaan staat blijft zo fijn mogelijk. Wat hier niet staat, komt niet in het pakket.",
        "What comes first stays as fine as can be. What is not here is not in the bundle.",
    ),
    "export.rank": ("Plaats {number}", "Place {number}"),
    "export.twice": ("Dit kenmerk staat er al.", "This one is there already."),
    "export.no_demographic": ("geen", "none"),
    "export.no_demographics": ("geen", "none"),
    "export.days": ("Alleen de eerste dagen", "Only the first days"),
    "export.days_hint": (
        "Zoveel dagen, van wie ze alle had. Zo is niemand te herkennen aan hoe lang het duurde.",
        "So many days, of whoever had them all. Then nobody is told apart by how long it lasted.",
    ),
    "export.k_hint": (
        "Minstens {usual}, voor een open export minstens {open}. Leeg is het minste dat mag.",
        "At least {usual}, for an open export at least {open}. Empty is the least that is allowed.",
    ),
    "export.k_low": (
        "Minstens {least} bij wat hierboven is gekozen; hoger mag, lager niet.",
        "At least {least} with what is chosen above; higher is fine, lower is not.",
    ),
    "export.k_none": (
        "Tabellen hebben geen k: laat dit leeg. Cellen met te weinig mensen gaan er vanzelf uit.",
        "Tables have no k: leave this empty. Cells of too few people are left out anyway.",
    ),
    "export.no_dummy": (
        "Alleen onderzoek en koppelbaar kennen een verzonnen kalender.",
        "Only research and linked have a dummy calendar.",
    ),
    "export.dummy": ("Verzonnen kalender", "Dummy calendar"),
    "export.dummy_hint": (
        "Tijden in kwartieren, in een week die er niet toe doet.",
        "Times in quarters of an hour, in a week that does not matter.",
    ),
    "export.derived": ("Afgeleide variabelen", "Derived variables"),
    "export.derived_hint": (
        "Persoonsgemiddelden, iSD, RMSSD en verschuivingen, nooit over de nacht heen.",
        "Person means, iSD, RMSSD and lags, never over a night.",
    ),
    "export.sav": ("SPSS-bestand, ook bij veel deelnemers", "SPSS file, with many participants as well"),
    "export.sav_hint": ("Tot 1.000 deelnemers zit het er altijd bij.", "Up to 1,000 participants it is always there."),
    "export.labels": ("Taal van de labels", "Language of the labels"),
    "export.licence": ("Licentie", "Licence"),
    "export.licence_hint": (
        "Bijvoorbeeld CC-BY-4.0; leeg: gebruiksvoorwaarden.",
        "E.g. CC-BY-4.0; empty: terms of use.",
    ),
    "export.licence_shape": ("een SPDX-naam zoals CC-BY-4.0", "an SPDX name such as CC-BY-4.0"),
    "export.agreement": ("Overeenkomst", "Agreement"),
    "export.agreement_hint": ("Alleen bij koppelbaar.", "Only for linked."),
    "export.yes": ("ja", "yes"),
    "export.look_first": ("Kijk wat er overblijft", "Look at what survives"),
    "export.survives": ("Wat er overblijft", "What survives"),
    "export.in_it.one": ("{count} deelnemer", "{count} participant"),
    "export.in_it.many": ("{count} deelnemers", "{count} participants"),
    "export.left_out": ("Niet erin, {number}:", "Not in it, {number}:"),
    "export.too_few": (
        "Dit profiel laat niets uit over minder dan {least} mensen.",
        "This profile lets nothing out about fewer than {least} people.",
    ),
    "export.tables_only": (
        "Er komen tabellen uit. Wat minder dan tien mensen zijn is verborgen, en wat dat zou verraden ook.",
        "Tables come out. What is fewer than ten people is hidden, and so is what would give that away.",
    ),
    "export.cost": (
        "Iedereen is een van minstens {k} mensen met dezelfde kenmerken. Hoeveel mensen daarvoor hun kenmerken "
        "verliezen: {suppressed}; een dagboek verliest niemand. Hoeveel mensen nu de enige zijn met hun kenmerken: "
        "{alone}.",
        "Everybody is one of at least {k} people with the same demographics. How many people lose their demographics "
        "for that: {suppressed}; nobody loses a diary. How many people are alone with their demographics now: {alone}.",
    ),
    "export.costs": (
        "{people} van hen ({values}) kosten de anderen iets: {name} wordt grover of weggelaten. Zonder deze {people}: "
        "{level}. Is een waarde onbekend, vul die dan aan; zet {name} anders in de volgorde, of laat het weg.",
        "{people} of them ({values}) cost the others something: {name} is told more coarsely, or withheld. Without "
        "these {people}: {level}. If a value is unknown, fill it in; rank {name} otherwise, or leave it out.",
    ),
    "export.value.missing": ("onbekend", "unknown"),
    "export.k_not_reached": (
        "Zo komt er geen export: ook zonder kenmerken wordt k = {k} niet gehaald, want de rijen zelf laten zien wie "
        "anders is.",
        "There is no export like this: even without demographics k = {k} is not reached, for the rows themselves show "
        "who is different.",
    ),
    "export.lengths_differ": (
        "Hoe lang iemand meedeed is aan de rijen te zien, en dat is zeldzaam. Vul {days} in bij de eerste dagen.",
        "The rows show how long somebody took part, and for some that is rare. Enter {days} as the first days.",
    ),
    "export.length": ("{days} dagen: {count}", "{days} days: {count}"),
    "export.one_start": (
        "Iedereen begon op dezelfde dag. Wie die dag kent, kent bij elk dagnummer de datum.",
        "Everybody began on the same day. Whoever knows it knows the date of every day number.",
    ),
    "export.kept": (
        "Kenmerken zijn niet fijner dan in eerdere exports, zodat die er niet naast gelegd kunnen worden.",
        "Demographics are no finer than in earlier exports, so that those cannot be laid beside it.",
    ),
    "export.withheld": ("weggelaten", "withheld"),
    "export.at_other_k": ("Bij een andere k", "At another k"),
    "export.cannot": ("niet haalbaar", "cannot be reached"),
    "export.others": ("Andere mogelijkheden", "Other ways"),
    "export.others_hint": (
        "Wie een van deze liever heeft, verandert de volgorde hierboven.",
        "Whoever prefers one of these changes the order above.",
    ),
    "export.suppressed": ("verliezen hun kenmerken", "lose their demographics"),
    "export.why": ("Waarom", "Why"),
    "export.reason": ("Reden", "Reason"),
    "export.reason_hint": ("Komt in het logboek, niet in het pakket.", "Goes into the log, not into the bundle."),
    "export.recipient": ("Voor wie", "For whom"),
    "export.recipient_hint": (
        "Wie het krijgt. Trekt iemand zich terug, dan schrijven we aan jou, en geef jij het door.",
        "Who gets it. When somebody withdraws we write to you, and you pass it on.",
    ),
    "export.ask": ("Vraag deze export aan", "Ask for this export"),
    "export.did.queued": ("De export staat in de rij.", "The export is in the queue."),
    "export.did.waiting": (
        "De export wacht op een tweede persoon.",
        "The export waits for a second person.",
    ),
    "export.did.refused": ("De export is afgewezen.", "The export was refused."),
    "export.did.cancelled": ("De export is teruggenomen.", "The export was taken back."),
    "export.agreed": ("Akkoord. De export staat in de rij.", "Agreed. The export is in the queue."),
    "export.cancel": ("Neem deze export terug", "Take this export back"),
    "export.fetch": ("Haal het pakket op", "Fetch the bundle"),
    "export.fetch_hint": (
        "De link is van jou alleen en werkt een kwartier. Elke keer dat je het ophaalt staat in het logboek.",
        "The link is yours alone and works for a quarter of an hour. Every time you fetch it is in the log.",
    ),
    "export.fetch_confirm": ("Eerst vragen we je wachtwoord en code.", "First we ask for your password and code."),
    "export.file_until": ("Het pakket ligt hier tot {when}.", "The bundle is kept here until {when}."),
    "export.waits": ("Een tweede persoon beslist", "A second person decides"),
    "export.waits_for_you": (
        "Lees wat er gevraagd wordt en beslis. Een van jullie beiden is eigenaar van het onderzoek.",
        "Read what is asked for and decide. One of the two of you is an owner of the study.",
    ),
    "export.waits_for_other": (
        "Iemand anders dan wie erom vroeg moet akkoord gaan; een van beiden is eigenaar van het onderzoek.",
        "Somebody else than who asked must agree; one of the two is an owner of the study.",
    ),
    "export.decide": ("Beslis", "Decide"),
    "export.deciding": (
        "Wie akkoord gaat is mede verantwoordelijk. Kijk naar de reden, naar voor wie het is, en naar wat het profiel "
        "vertelt.",
        "Whoever agrees shares the responsibility. Look at the reason, at whom it is for, and at what the profile "
        "tells.",
    ),
    "export.agree": ("Mag deze export gemaakt worden?", "May this export be made?"),
    "export.agree_yes": ("Ja", "Yes"),
    "export.agree_no": ("Nee", "No"),
    "export.note": ("Notitie", "Note"),
    "export.note_hint": ("Blijft bij de export bewaard.", "Is kept with the export."),
    "export.note_linked": (
        "Wat de functionaris gegevensbescherming ervan zei. Blijft bij de export bewaard.",
        "What the data protection officer said. Is kept with the export.",
    ),
    "export.version": ("Versie", "Version"),
    "export.k_reached": ("Kleinste groep (k)", "Smallest group (k)"),
    "export.key_until": ("Sleutel bewaard tot", "Key kept until"),
    "export.contents": ("Inhoud", "Contents"),
    "export.rows.one": ("{count} rij", "{count} row"),
    "export.rows.many": ("{count} rijen", "{count} rows"),
    "export.risks": ("Wat het nog kan verraden", "What it may still give away"),
    "export.severity.danger": ("Gevaar", "Danger"),
    "export.severity.caution": ("Let op", "Caution"),
    "export.severity.notice": ("Weet", "Notice"),
    "export.tells": ("Wat dit profiel vertelt", "What this profile tells"),
    "export.what.rows": ("Rijen", "Rows"),
    "export.what.id": ("Codes", "Ids"),
    "export.what.dates": ("Datums", "Dates"),
    "export.what.weekend": ("Weekend", "Weekend"),
    "export.what.sched_hour": ("Uur van de beep", "Hour of the beep"),
    "export.what.latency": ("Reactietijd", "Response time"),
    "export.what.k_anonymity": ("Gelijken", "People alike"),
    "export.what.suppression": ("Verlies van kenmerken", "Loss of demographics"),
    "export.what.demographics": ("Aantal kenmerken", "Number of demographics"),
    "export.what.age": ("Leeftijd", "Age"),
    "export.what.free_text": ("Vrije tekst", "Free text"),
    "export.what.rare_categories": ("Zeldzame antwoorden", "Rare answers"),
    "export.what.never": ("Nooit", "Never"),
    "export.what.minimum_size": ("Minste aantal mensen", "Fewest people"),
    "export.what.sliders": ("Schuifvragen", "Sliders"),
    "export.what.approval": ("Wie beslist", "Who decides"),
    "export.what.label": ("Wat het is", "What it is"),
    "error.export-reason": ("Vul een reden of notitie in.", "Give a reason or note."),
    "error.export-same-person": (
        "Dat moet iemand anders doen dan wie erom vroeg, en een van beiden is eigenaar van het onderzoek.",
        "Somebody else than who asked must do that, and one of the two is an owner of the study.",
    ),
    "error.export-not-waiting": (
        "Dat kan nu niet meer: de export is verder, of het pakket wordt hier niet meer bewaard.",
        "That is not possible any more: the export has moved on, or its bundle is not kept here any longer.",
    ),
    "error.export-too-many": (
        "Tien exports per dag is het meeste. Kom morgen terug.",
        "Ten exports a day are the most. Come back tomorrow.",
    ),
    "error.export-too-few-people": (
        "Voor dit profiel zijn er te weinig deelnemers met genoeg dagen. Wacht, of kies een ander profiel.",
        "There are too few participants with enough days for this profile. Wait, or choose another.",
    ),
    "error.export-k-not-reached": (
        "Te weinig mensen lijken op elkaar om hen te beschermen, wat er ook wordt weggelaten. Vraag alleen de eerste "
        "dagen (hieronder staat hoeveel), of Tabellen.",
        "Too few people are alike to be protected, whatever is withheld. Ask for the first days only (how many stands "
        "below), or for Tables.",
    ),
    "error.export-tables-differ": (
        "Deze tabellen verschillen in te weinig mensen van eerdere; samen zouden ze die enkelen laten zien. Hieronder "
        "staat wat kan.",
        "These tables differ from earlier ones in too few people; together they would show those few. What can be done "
        "stands below.",
    ),
    "error.export-refused": (
        "Deze keuzes passen niet bij het profiel.",
        "These choices do not go with the profile.",
    ),
    "error.export-withdrawn": (
        "Iemand in dit pakket heeft zich teruggetrokken. Het wordt niet meer gegeven; rijen worden zonder deze persoon "
        "opnieuw gemaakt, tabellen niet.",
        "Somebody in this bundle has withdrawn. It is not given out any more; rows are made again without this person, "
        "tables are not.",
    ),
    "error.export-link": (
        "Deze link is niet van jou, of het kwartier is voorbij. Neem een nieuwe van de bladzijde van de export.",
        "This link is not yours, or its quarter of an hour is over. Take a new one from the page of the export.",
    ),
    "error.export-unknown": (
        "Deze export is er niet, of niet in dit onderzoek.",
        "This export is not here, or not in this study.",
    ),
    "did.export.asked": ("vroeg een export aan", "asked for an export"),
    "did.export.approved": ("ging akkoord met een export", "agreed with an export"),
    "did.export.refused": ("wees een export af", "refused an export"),
    "did.export.cancelled": ("nam een export terug", "took an export back"),
    "did.export.made": ("export gemaakt", "export made"),
    "did.export.made-again": ("export opnieuw gemaakt na een terugtrekking", "export made again after a withdrawal"),
    "did.export.downloaded": ("haalde een pakket op", "fetched a bundle"),
    "did.export.own": ("gaf iemand zijn eigen gegevens", "handed somebody her own data"),
}
