"""The words of the risk report's warnings, Dutch and English. Pure. The codes are an interface; the words are not."""

from collections.abc import Mapping

from server.export.generalise import Text

WARNINGS: Mapping[str, Text] = {
    "too-few-people": {
        "nl": "Er zijn {people} deelnemers; dit profiel vraagt er minstens {least}.",
        "en": "There are {people} participants; this profile asks for {least} at least.",
    },
    "k-not-reached": {
        "nl": "Grootte van de kleinste groep: {reached}; gevraagd: {asked}.",
        "en": "Size of the smallest group: {reached}; asked for: {asked}.",
    },
    "l-not-reached": {
        "nl": "In een groep zijn maar {reached} verschillende gevoelige waarden in plaats van {asked}.",
        "en": "One group has only {reached} different sensitive values instead of {asked}.",
    },
    "licence-passes-on": {
        "nl": "De licentie {licence} laat wie dit pakket krijgt het doorgeven, terwijl het als persoonsgegevens te "
        "behandelen is. Laat de licentie leeg (gebruiksvoorwaarden), of maak een open export of tabellen.",
        "en": "The licence {licence} lets whoever gets this bundle pass it on, while it is to be treated as personal "
        "data. Leave the licence empty (terms of use), or make an open export or tables.",
    },
    "diaries-single-out": {
        "nl": "De antwoorden zelf wijzen mensen aan: wie van {known} van iemands beantwoorde beeps de antwoorden "
        "op {items} vragen kent, met dag en beep, vindt {share} van de deelnemers terug. De demografie speelt daarbij "
        "geen rol.",
        "en": "The answers themselves single people out: whoever knows the answers to {items} items of {known} of "
        "somebody's answered beeps, with day and beep, finds {share} of the participants. Demographics play no part in "
        "it.",
    },
    "curve-of-sample": {
        "nl": "De aanwijsbaarheid is berekend over {sample} van de {people} deelnemers, willekeurig getrokken; over "
        "allen is zij eerder lager dan hoger.",
        "en": "Singling out was computed over {sample} of the {people} participants, drawn at random; over all it is "
        "lower rather than higher.",
    },
    "patterns-unique": {
        "nl": "{share} van de deelnemers is al te herkennen aan welke beeps zijn beantwoord en gemist.",
        "en": "{share} of the participants can be recognised by which beeps they answered and missed alone.",
    },
    "one-start-date": {
        "nl": "Iedereen is op dezelfde dag begonnen: wie die dag kent, kent bij elk dagnummer de datum. Het weglaten "
        "van de kalender beschermt dan niet.",
        "en": "Everybody began on the same day: whoever knows that day knows the date of every day number. Leaving out "
        "the calendar then protects nobody.",
    },
    "few-start-dates": {
        "nl": "Er zijn maar {dates} begindata; de kalender is te raden.",
        "en": "There are only {dates} start dates; the calendar can be guessed.",
    },
    "start-weekday-shows": {
        "nl": "Dagnummers en weekend samen verraden de weekdag waarop iemand begon; die weekdag telt mee in k.",
        "en": "Day numbers and weekend together give away the weekday on which somebody began; it is counted in k.",
    },
    "hours-may-show-weekend": {
        "nl": "Het weekend staat niet in ieders rijen, maar de uren van de beeps wel: wie op vrije dagen later "
        "opstaat laat het weekend zien.",
        "en": "The weekend is not in everybody's rows, but the hours of the beeps are: whoever gets up later on free "
        "days shows the weekend.",
    },
    "school-days-show": {
        "nl": "{items} zegt van elke dag of het een school- of werkdag was: dat is de week, en een week zonder is een "
        "vakantie. Wie het rooster van een school kent, vindt daarmee datum en regio. Bij wie de weekdag van de start "
        "verliest staat er -97.",
        "en": "{items} tells of every day whether it was one of school or work: that is the week, and a week without "
        "is a holiday. Whoever knows a school's calendar finds date and region with it. Of those who lose the weekday "
        "of their start it is -97.",
    },
    "school-days-withheld": {
        "nl": "{items} is weggelaten: schooldagen laten vakanties en feestdagen zien, en daarmee van ieder de data, "
        "die er niet in horen te staan. Antwoorden over waar iemand was en waarmee bezig laten lange vakanties "
        "ook zien, minder zeker. Is de schooldag nodig voor de onderzoeksvraag: met een overeenkomst (koppelbaar).",
        "en": "{items} is withheld: school days show holidays, and with them everybody's dates, which are not to be "
        "here. Answers about where somebody was and with what she was busy show long holidays too, with less "
        "certainty. Where the research question needs the school day: under an agreement (linked).",
    },
    "answers-may-show-weekend": {
        "nl": "Vragen naar schooldagen zijn weggelaten, maar antwoorden over waar iemand was en waarmee bezig laten "
        "schooldagen en weekenden ook zien, minder zeker.",
        "en": "Items about school days are left out, but answers about where somebody was and with what she was busy "
        "show school days and weekends too, with less certainty.",
    },
    "lengths-differ": {
        "nl": "Niet iedereen deed even lang mee, en dat is aan de rijen te zien; het aantal mensen met de zeldzaamste "
        "duur is {fewest}. Een export van de eerste dagen, alleen van wie die alle had, neemt dit weg (keuze: dagen).",
        "en": "Not everybody took part for as long, and the rows show it; the number of people with the rarest length "
        "is {fewest}. An export of the first days, only of those who had them all, takes this away (option: days).",
    },
    "planned-differ": {
        "nl": "Aantal mensen met een aantal geplande beeps dat minder dan {least} mensen hebben, bijvoorbeeld door "
        "stille uren of een vroege bedtijd: {people}. Wie zulke bijzonderheden van iemand kent, ziet die terug.",
        "en": "Number of people whose number of planned beeps fewer than {least} people have, for instance because of "
        "quiet hours or an early bedtime: {people}. Whoever knows such things of somebody sees them here.",
    },
    "rare-hours": {
        "nl": "Aantal mensen met een beep op een uur van de dag waarop minder dan {least} mensen ooit een beep hadden: "
        "{people}. Wie weet dat iemand heel vroeg of heel laat leeft, vindt die terug in de uren.",
        "en": "Number of people with a beep at an hour of the day at which fewer than {least} people ever had one: "
        "{people}. Whoever knows that somebody lives very early or very late finds that in the hours.",
    },
    "traits-asked": {
        "nl": "Vragen waarop een mens steeds hetzelfde antwoordt, en de een anders dan de ander, zoals geslacht of "
        "klas: {items}. Ze wijzen mensen aan als demografie, en k telt ze niet mee; het zeldzaamste antwoord hebben "
        "{fewest} mensen. Laat die kolommen weg voordat u deelt, of maak tabellen.",
        "en": "Items to which a person always gives one answer, and one person another than the next, such as gender "
        "or school class: {items}. They tell people apart as demographics do, and k does not count them; the rarest "
        "answer is that of {fewest} people. Leave those columns out before you share, or make tables.",
    },
    "rare-status": {
        "nl": "Status {status} (zie het codeboek) hebben {people} mensen, minder dan {least}. Wie weet dat iemand "
        "dagen ziek was of geen telefoon had, vindt die daaraan terug.",
        "en": "{people} people have status {status} (see the codebook), fewer than {least}. Whoever knows that "
        "somebody was ill for days or had no phone finds her by it.",
    },
    "shared-outage": {
        "nl": "In {hours} uren kregen veel telefoons tegelijk geen beep; zulke gaten leggen kalenders van mensen naast "
        "elkaar.",
        "en": "In {hours} hours many phones got no beep at once; such holes line people's calendars up.",
    },
    "version-change": {
        "nl": "Van {instruments} vragenlijsten veranderde de versie tijdens de studie; vragen die verdwijnen of komen "
        "dateren rijen.",
        "en": "{instruments} questionnaires changed their version during the study; items that go or come date rows.",
    },
    "rules-change": {
        "nl": "De spelregels van de studie (aantal beeps, tijden, dagen) veranderden onderweg, {times} keer. Waar het "
        "aantal of de uren van iemands beeps verspringen is een datum, en die legt kalenders naast elkaar.",
        "en": "The rules of the study (number of beeps, times, days) changed on the way, {times} times. Where the "
        "number or the hours of somebody's beeps jump is a date, and that lines calendars up.",
    },
    "challenge-dates": {
        "nl": "Op {days} datum(s) kreeg iedereen dezelfde challenge. Welke staat er niet bij, maar wie de datum kent "
        "en de strategie van die challenge, vindt die dag vaak terug aan de kolom strategy, zeker als iedereen op "
        "maandag begint. Laat die kolom weg voor wie geen datums mag kennen; de open export doet dat zelf.",
        "en": "On {days} date(s) everybody was given the same challenge. Its name is not told, but whoever knows the "
        "date and that challenge's strategy often finds the day by the column strategy, the more so where all begin on "
        "a Monday. Leave that column out for whoever must not know dates; the open export does so itself.",
    },
    "challenges-unnamed": {
        "nl": "{challenges} challenges zijn er alleen op vaste datums, in een seizoen of op bepaalde weekdagen; hun "
        "naam dateert een rij. In challenges.csv heten ze other, samen met andere van dezelfde strategie.",
        "en": "{challenges} challenges are given on set dates, in one season or on some weekdays only; their names "
        "date a row. challenges.csv tells them as other, together with others of the same strategy.",
    },
    "zone-change": {
        "nl": "Aantal mensen dat in een andere tijdzone was: {people}. De zone staat niet in de data, maar een kortere "
        "of langere dag kan opvallen.",
        "en": "Number of people who were in another time zone: {people}. The zone is not in the data, but a shorter or "
        "longer day may stand out.",
    },
    "seed-released": {
        "nl": "Het lot van de studie is openbaar: wie interne codes kent, kan alle geplande tijden narekenen.",
        "en": "The study's seed is public: whoever knows internal ids can recompute every planned time.",
    },
}


def word_warning(code: str, figures: Mapping[str, object]) -> Text:
    """The two sentences of a warning with its figures. Raises KeyError for an unknown code."""
    return {language: sentence.format(**figures) for language, sentence in WARNINGS[code].items()}
