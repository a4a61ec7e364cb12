TEXTS: dict[str, tuple[str, str]] = {
    "nav.rules": ("Regels", "Rules"),
    "rules.how": (
        "Verander wat het protocol toelaat. Je ziet eerst wat er gebeurt; er verandert niets tot je bewaart.",
        "Change what the protocol allows. You see what happens first; nothing changes until you save.",
    ),
    "rules.look": ("Bekijk wat er gebeurt", "See what happens"),
    "rules.version": ("Regels nr. {version}", "Rules no. {version}"),
    "rules.as_released": ("zoals het protocol ze geeft", "as the protocol gives them"),
    "rules.of": ("{rules} van {protocol}", "{rules} of {protocol}"),
    "rules.when": ("Wanneer", "When"),
    "rules.asking": ("Vragen", "Questions"),
    "rules.drawing": ("Challenges", "Challenges"),
    "rules.minutes": ("minuten", "minutes"),
    "rules.field.days": ("Aantal dagen", "Number of days"),
    "rules.days_hint": (
        "Korter geldt voor iedereen, na wat begonnen is. Langer alleen voor wie zich vanaf nu aanmeldt.",
        "Shorter holds for everybody, after what has begun. Longer only for who joins from now on.",
    ),
    "rules.field.start": ("Dag begint", "Day begins"),
    "rules.field.end": ("Dag eindigt", "Day ends"),
    "rules.field.min_gap": ("Minstens tussen twee vragenlijsten", "At least between two questionnaires"),
    "rules.field.times": ("Tijden", "Times"),
    "rules.times_hint": ("Zoals 07:30 12:30 16:00 20:00.", "Such as 07:30 12:30 16:00 20:00."),
    "rules.field.answer_window": ("Tijd om te antwoorden", "Time to answer"),
    "rules.field.reminders": ("Herinneringen na", "Reminders after"),
    "rules.reminders_hint": (
        "Minuten na de eerste melding, bijvoorbeeld 15 of 15 30. Leeg: geen.",
        "Minutes after the first notification, for instance 15 or 15 30. Empty: none.",
    ),
    "rules.field.first": ("Eerste vragenlijst van de dag", "First questionnaire of the day"),
    "rules.field.other": ("De andere", "The others"),
    "rules.field.last": ("Laatste van de dag", "Last of the day"),
    "rules.field.challenge_at": ("Challenge komt vanaf", "Challenge comes from"),
    "rules.field.challenge_within": ("Challenge komt binnen", "Challenge comes within"),
    "rules.within_hint": (
        "Gespreid: ieder krijgt een eigen moment in deze minuten. 0: iedereen tegelijk.",
        "Spread out: everybody gets a moment of her own in these minutes. 0: all at once.",
    ),
    "rules.field.languages": ("Talen", "Languages"),
    "rules.field.pool": ("Loten uit", "Draw from"),
    "rules.pool.all": ("alle challenges die live zijn", "all challenges that are live"),
    "rules.pool.strategies": ("alleen deze strategieën", "these strategies only"),
    "rules.pool.challenges": ("alleen deze challenges", "these challenges only"),
    "rules.field.strategies": ("Strategieën", "Strategies"),
    "rules.field.challenges": ("Challenges", "Challenges"),
    "rules.field.alternatives": ("Andere challenges om uit te kiezen", "Other challenges to choose from"),
    "rules.alternatives_hint": (
        "Naast de challenge van de dag. Kaarten die al geloot zijn, blijven.",
        "Beside the challenge of the day. Cards that were dealt already stay.",
    ),
    "rules.wrong.numbers": ("Schrijf minuten als 15 30.", "Write minutes like 15 30."),
    "rules.wrong.times": ("Schrijf tijden als 07:30 12:30.", "Write times like 07:30 12:30."),
    "rules.history": ("Eerdere regels", "Earlier rules"),
    "rules.number": ("Nr.", "No."),
    "rules.by": ("Door", "By"),
    "rules.why": ("Waarom", "Why"),
    "rules.why_hint": ("Staat in het logboek en bij deze versie.", "Stands in the log and with this version."),
    "rules.confirm": ("Wat deze regels doen", "What these rules do"),
    "rules.save": ("Bewaar deze regels", "Save these rules"),
    "rules.saved": (
        "Regels nr. {version} gelden. De komende dagen worden binnen een paar minuten opnieuw gepland.",
        "Rules no. {version} hold. Coming days are planned anew within a few minutes.",
    ),
    "rules.impact": ("Gevolgen", "Impact"),
    "rules.moves.one": (
        "Verplaatst {count} gepland moment van {people} deelnemers; begonnen dagen blijven.",
        "Moves {count} planned beep of {people} people; begun days stay.",
    ),
    "rules.moves.many": (
        "Verplaatst {count} geplande momenten van {people} deelnemers; begonnen dagen blijven.",
        "Moves {count} planned beeps of {people} people; begun days stay.",
    ),
    "rules.moves_nothing": (
        "Verplaatst geen enkel gepland moment; begonnen dagen blijven zoals ze zijn.",
        "Moves not one planned beep; begun days stay as they are.",
    ),
    "rules.adds": ("Erbij: {count}.", "New: {count}."),
    "rules.drops": ("Vervalt: {count}.", "Gone: {count}."),
    "rules.keeps": (
        "Houdt zijn tijd en volgt de nieuwe regels: {count}.",
        "Keep their time and follow the new rules: {count}.",
    ),
    "rules.shorter": (
        "Deelnemers die eerder klaar zijn: {count}.",
        "People who finish earlier: {count}.",
    ),
    "rules.crowded": (
        "Deelnemers in wier eigen dag niet alles past: {count}. Zij krijgen minder momenten.",
        "People into whose own day not everything fits: {count}. They get fewer beeps.",
    ),
    "rules.text": ("De toestemmingstekst", "The consent text"),
    "rules.text_days": (
        "De tekst die geldt noemt {told} dagen; met deze regels worden het er {due}.",
        "The text in force names {told} days; with these rules it will be {due}.",
    ),
    "rules.text_own_days": (
        "De eigen tekst van dit onderzoek is geschreven toen het {told} dagen duurde; met deze regels worden het er "
        "{due}.",
        "This study's own text was written while it took {told} days; with these rules it will be {due}.",
    ),
    "rules.text_beeps": (
        "Per dag worden het {due} vragenlijsten in plaats van {told}.",
        "There will be {due} questionnaires a day instead of {told}.",
    ),
    "rules.text_asks.one": (
        "Als je bewaart, komt er meteen een nieuwe versie van de tekst. {count} deelnemer krijgt geen vragen tot die, "
        "en onder de zestien ook een ouder, opnieuw ja heeft gezegd.",
        "When you save, a new version of the text comes into force. {count} participant gets no questions until she, "
        "and under sixteen a parent, has said yes again.",
    ),
    "rules.text_asks.many": (
        "Als je bewaart, komt er meteen een nieuwe versie van de tekst. {count} deelnemers krijgen geen vragen tot "
        "zij, en onder de zestien ook een ouder, opnieuw ja hebben gezegd.",
        "When you save, a new version of the text comes into force. {count} participants get no questions until they, "
        "and under sixteen a parent, have said yes again.",
    ),
    "rules.text_nobody": (
        "Als je bewaart, komt er meteen een nieuwe versie van de tekst. Niemand hoeft opnieuw ja te zeggen.",
        "When you save, a new version of the text comes into force. Nobody has to say yes again.",
    ),
    "rules.text_stays": (
        "Als je bewaart, komt er meteen een nieuwe versie van de tekst voor wie zich vanaf dan aanmeldt. Wie al "
        "meedoet, houdt de dagen waar ja tegen is gezegd, en wordt niets gevraagd.",
        "When you save, a new version of the text comes into force for who joins from then on. Who takes part already "
        "keeps the days that were agreed to, and is asked nothing.",
    ),
    "rules.text_own": (
        "Die tekst verandert niet vanzelf. Laat een eigenaar na het bewaren een nieuwe versie publiceren: dan zegt "
        "iedereen opnieuw ja, voor de volgende vraag.",
        "That text does not change by itself. After saving, let an owner publish a new version: everybody then says "
        "yes again, before the next question.",
    ),
    "rules.saved_text.one": (
        "Regels nr. {version} gelden, met een nieuwe toestemmingstekst. {count} deelnemer wordt opnieuw gevraagd.",
        "Rules no. {version} hold, with a new consent text. {count} participant is asked again.",
    ),
    "rules.saved_text.many": (
        "Regels nr. {version} gelden, met een nieuwe toestemmingstekst. {count} deelnemers worden opnieuw gevraagd.",
        "Rules no. {version} hold, with a new consent text. {count} participants are asked again.",
    ),
    "rules.saved_quietly": (
        "Regels nr. {version} gelden, met een nieuwe toestemmingstekst. Niemand wordt opnieuw gevraagd.",
        "Rules no. {version} hold, with a new consent text. Nobody is asked again.",
    ),
    "rules.changes": ("Wat er verandert", "What changes"),
    "rules.before": ("Nu", "Now"),
    "rules.after": ("Straks", "Then"),
    "rules.everything": ("alles", "everything"),
    "rules.week": ("Een week van een verzonnen deelnemer", "A week of a made-up participant"),
    "rules.calendar_text": ("De eerste dag: {times}.", "The first day: {times}."),
    "rules.clocks": (
        "Bekijk ook de weken waarin de klok verspringt, na het bewaren, in de kalender.",
        "Look at the weeks in which the clock changes as well, after saving, in the calendar.",
    ),
    "rules.back": ("Terug naar het formulier", "Back to the form"),
    "error.rules-changed": (
        "Iemand anders heeft intussen regels bewaard. Bekijk ze en beslis opnieuw.",
        "Somebody else saved rules meanwhile. Look at them and decide again.",
    ),
    "error.rules-alike": ("Deze regels gelden al.", "These rules hold already."),
    "did.rules.changed": ("veranderde de regels van een onderzoek", "changed a study's rules"),
    "fact.version": ("versie", "version"),
    "fact.fields": ("velden", "fields"),
}
