TEXTS: dict[str, tuple[str, str]] = {
    "nav.consent": ("Toestemming", "Consent"),
    "consent.title": ("Toestemming", "Consent"),
    "consent.new": ("Nieuwe tekst", "New text"),
    "consent.first": ("Eerste tekst", "First text"),
    "consent.none": (
        "Dit onderzoek heeft nog geen tekst: niemand kan meedoen. Zet bij Instellingen wie verantwoordelijk is, of schrijf een eigen tekst.",  # noqa: E501
        "This study has no text yet: nobody can join. Say in Settings who is responsible, or write a text of your own.",
    ),
    "consent.cleared": ("hebben alle toestemming", "have all consent"),
    "consent.waits_self": ("moeten zelf nog ja zeggen", "still have to say yes themselves"),
    "consent.waits_parent": ("wachten op een ouder", "wait for a parent"),
    "consent.waits_again": (
        "daarvan waren al begonnen en worden opnieuw gevraagd",
        "of these had begun and are asked again",
    ),
    "consent.versions": ("Versies", "Versions"),
    "consent.version": ("Versie {number}", "Version {number}"),
    "consent.in_force": ("geldt nu", "in force"),
    "consent.asked_all": ("iedereen opnieuw gevraagd", "everybody asked again"),
    "consent.corrected": ("verbetering, niemand opnieuw gevraagd", "correction, nobody asked again"),
    "consent.changed": ("Wat er anders is", "What is different"),
    "consent.letters": ("Ouders die een brief kunnen krijgen", "Parents who can get a letter"),
    "consent.letters_text": (
        "Deze jongeren wachten op een ouder. Meestal sturen zij zelf een mail vanuit de app. Heeft een ouder geen "
        "mail, of is een brief kwijt, maak dan een brief met een code die één keer werkt. Een mail of brief van "
        "eerder werkt dan niet meer.",
        "These young people wait for a parent. Mostly they send a mail from the app themselves. If a parent has no "
        "mail, or a letter got lost, make a letter with a code that works once. An earlier mail or letter then works "
        "no more.",
    ),
    "consent.letter_why.first": ("nog niet gevraagd", "not asked yet"),
    "consent.letter_why.expired": ("de code van de brief geldt niet meer", "the letter's code holds no more"),
    "consent.letter_why.letter": (
        "de brief is gemaakt en nog niet beantwoord",
        "the letter was made and is not answered yet",
    ),
    "consent.letter_why.mailed": ("de mail is nog niet beantwoord", "the mail is not answered yet"),
    "consent.letter_why.undeliverable": ("de mail kwam niet aan", "the mail did not arrive"),
    "consent.parent": ("ouder {number}", "parent {number}"),
    "consent.make_letter": ("Maak een brief", "Make a letter"),
    "consent.letter": ("Code", "Code"),
    "consent.letter_title": ("Brief aan een ouder", "Letter to a parent"),
    "consent.letter_text": (
        "Druk deze brief nu af voor een ouder van deelnemer {code}: de code staat hier één keer.",
        "Print this letter now for a parent of participant {code}: the code is shown once.",
    ),
    "consent.page": ("Pagina", "Page"),
    "post.title": ("Mag uw kind meedoen?", "May your child take part?"),
    "post.dear": ("Beste ouder of verzorger,", "Dear parent or guardian,"),
    "post.asks": (
        "Uw kind wil meedoen aan het onderzoek “{title}” van {institution}, met de app Kiem. Omdat uw kind jonger is "
        "dan 16 jaar, vragen wij ook uw toestemming. Zonder uw toestemming begint het niet.",
        "Your child would like to take part in the study “{title}” of {institution}, with the app Kiem. As your child "
        "is younger than 16, we ask for your consent as well. Nothing begins without it.",
    ),
    "post.title_again": ("Mag uw kind blijven meedoen?", "May your child go on taking part?"),
    "post.asks_again": (
        "Uw kind doet mee aan het onderzoek “{title}” van {institution}, met de app Kiem. De informatie over dat "
        "onderzoek is veranderd. Daarom vragen wij opnieuw om uw toestemming. Tot u ja hebt gezegd krijgt uw kind geen "
        "vragen. Wat uw kind al heeft ingevuld gaat niet verloren.",
        "Your child takes part in the study “{title}” of {institution}, with the app Kiem. The information about that "
        "study has changed, so we ask for your consent once more. Until you have said yes, your child gets no "
        "questions. What your child has filled in is not lost.",
    ),
    "post.page": (
        "Op deze pagina leest u waar het om gaat en kunt u ja of nee zeggen. U hebt geen account nodig, en u krijgt "
        "nooit te zien wat uw kind invult.",
        "On this page you read what it is about, and can say yes or no. You need no account, and you will never see "
        "what your child fills in.",
    ),
    "post.child": ("Code van uw kind in de app", "Your child's code in the app"),
    "post.once": (
        "De code werkt één keer, tot en met {until}. Doet u niets, dan begint er niets.",
        "The code works once, up to and including {until}. If you do nothing, nothing begins.",
    ),
    "post.once_again": (
        "De code werkt één keer, tot en met {until}. Zegt u nee, dan doet uw kind niet langer mee.",
        "The code works once, up to and including {until}. If you say no, your child no longer takes part.",
    ),
    "consent.back": ("Terug naar Toestemming", "Back to Consent"),
    "consent.text": ("Tekst", "Text"),
    "consent.text_hint": (
        "Elke titel staat op een eigen regel na # en een spatie. Daaronder gewone tekst; een lege regel begint een nieuwe alinea. Schrijf voor een lezer van twaalf.",  # noqa: E501
        "Each title is on a line of its own after # and a space. Plain text below it; an empty line starts a new paragraph. Write for a reader of twelve.",  # noqa: E501
    ),
    "consent.changes": ("Wat is er anders?", "What is different?"),
    "consent.changes_hint": (
        "Eén of twee zinnen. Dit staat bovenaan in de app en in de mail aan ouders.",
        "One or two sentences. They stand on top in the app and in the mail to parents.",
    ),
    "consent.kind": ("Wie moet opnieuw ja zeggen?", "Who has to say yes again?"),
    "consent.kind.ask": ("Iedereen die nog meedoet", "Everybody who still takes part"),
    "consent.kind.ask_hint.one": (
        "Eén deelnemer krijgt geen vragen meer tot er opnieuw ja is gezegd, onder de 16 ook door de ouders. Antwoorden en planning blijven.",  # noqa: E501
        "One participant gets no questions until yes has been said again, under 16 by parents too. Answers and plan stay.",  # noqa: E501
    ),
    "consent.kind.ask_hint.many": (
        "{count} deelnemers krijgen geen vragen meer tot er opnieuw ja is gezegd, onder de 16 ook door de ouders. Antwoorden en planning blijven.",  # noqa: E501
        "{count} participants get no questions until yes has been said again, under 16 by parents too. Answers and plan stay.",  # noqa: E501
    ),
    "consent.kind.correct": ("Niemand: dit is een verbetering", "Nobody: this is a correction"),
    "consent.kind.correct_hint": (
        "Alleen voor spelling, een nieuw telefoonnummer en dergelijke. De reden komt in het logboek.",
        "Only for spelling, a new phone number and the like. The reason goes into the log.",
    ),
    "consent.why": ("Waarom hoeft niemand opnieuw ja te zeggen?", "Why does nobody have to say yes again?"),
    "consent.publish": ("Publiceer deze tekst", "Publish this text"),
    "consent.published.one": (
        "De tekst geldt vanaf nu. Eén deelnemer wordt opnieuw gevraagd.",
        "The text is in force from now on. One participant is asked again.",
    ),
    "consent.published.many": (
        "De tekst geldt vanaf nu. {count} deelnemers worden opnieuw gevraagd.",
        "The text is in force from now on. {count} participants are asked again.",
    ),
    "consent.wrong.before-title": (
        "Regel {line} staat voor de eerste titel. Begin met een regel als “# Wat is dit?”.",
        "Line {line} stands before the first title. Begin with a line like “# What is this?”.",
    ),
    "consent.wrong.no-text": (
        "Onder de titel op regel {line} staat geen tekst.",
        "There is no text below the title on line {line}.",
    ),
    "consent.wrong.too-many": ("Dat zijn te veel onderdelen; hooguit 30.", "Those are too many parts; at most 30."),
    "consent.wrong.nothing": ("Er staat geen titel in.", "There is no title in it."),
    "error.nothing-new": ("Dit is precies de tekst die al geldt.", "This is exactly the text that is in force."),
    "did.consent.published": ("publiceerde een toestemmingstekst", "published a consent text"),
    "did.parent.letter": ("maakte een code voor een brief aan een ouder", "made a code for a letter to a parent"),
    "fact.binding": ("opnieuw gevraagd", "asked again"),
    "fact.parent": ("ouder", "parent"),
}
