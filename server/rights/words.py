"""What stopping and erasing mean, in plain words (B1), for the screen on which somebody chooses.

An empty line separates paragraphs.
"""

STOP = {
    "nl": (
        "Je krijgt geen vragen en geen meldingen meer. Dat gaat meteen in. Je hoeft niet te zeggen waarom.\n\n"
        "Wat je tot nu toe hebt ingevuld, blijft bewaard, maar komt niet in nieuwe bestanden voor onderzoekers. Je "
        "kunt het nog bekijken en downloaden. Later alsnog alles laten wissen kan ook.\n\n"
        "Weer meedoen met deze code kan daarna niet."
    ),
    "en": (
        "You get no more questions and no more notifications. That starts at once. You need not say why.\n\n"
        "What you have filled in until now is kept, but it goes into no new files for researchers. You can still look "
        "at it and download it. You can also have everything erased later.\n\n"
        "You cannot take part again with this code afterwards."
    ),
}
ERASE = {
    "nl": (
        "Alles over jou wordt gewist: je antwoorden, je instellingen, je plek in je groepje, je toestemming en het "
        "mailadres van je ouder. Dat kan niemand terugdraaien, ook wij niet.\n\n"
        "Wil je je antwoorden zelf houden? Download ze dan eerst.\n\n"
        "Je krijgt een bewijsnummer. Daarmee kun je laten zien dat je alles hebt laten wissen."
    ),
    "en": (
        "Everything about you is erased: your answers, your settings, your place in your group, your consent and your "
        "parent's mail address. Nobody can undo that, neither can we.\n\n"
        "Do you want to keep your answers yourself? Then download them first.\n\n"
        "You get a receipt number. With it you can show that you had everything erased."
    ),
}
KEPT = {
    "nl": (
        "Is er al iets uitgerekend met antwoorden van iedereen samen, dan blijft die uitkomst. Daarin ben jij niet te "
        "herkennen. Heeft een onderzoeker al een bestand gekregen, dan vragen we om een nieuw bestand zonder jou te "
        "gebruiken.\n\n"
        "Een reservekopie kan je antwoorden nog kort bevatten. Zetten we zo'n kopie terug, dan wissen we jou eerst "
        "opnieuw. Verder blijft alleen over dat er op dit moment iemand is gewist, niet wie."
    ),
    "en": (
        "If something has already been worked out from everybody's answers together, that result stays. Nobody can "
        "recognise you in it. If a researcher has already been given a file, we ask them to use a new one without "
        "you.\n\n"
        "A backup may still hold your answers for a short time. If we ever put it back, we erase you again first. "
        "All that is left is that somebody was erased at this moment, not who."
    ),
}
README = {
    "nl": """\
Wat Kiem over jou bewaart ($code, gemaakt op $made)

answers.csv     elke vraag en jouw antwoord, met de tijd op jouw klok
beeps.csv       elk moment waarop iets gevraagd is, met gemist en beantwoord
challenges.csv  je challenges en wat je ermee deed
consent.csv     wie waarvoor ja of nee heeft gezegd, en bij welke tekst
pushes.csv      welke meldingen naar je telefoon zijn gestuurd
data.json       alles, tabel voor tabel, met tijden in UTC

Niet erbij: sleutels en codes (die horen geheim te blijven), momenten die nog komen, het adres van je ouder (dat is van
je ouder), en wat anderen over jou gemeld hebben (dat zou hen verraden).
""",
    "en": """\
What Kiem keeps about you ($code, made on $made)

answers.csv     every question and your answer, with the time on your clock
beeps.csv       every moment at which something was asked, missed and answered ones
challenges.csv  your challenges and what you did with them
consent.csv     who said yes or no to what, and to which text
pushes.csv      which notifications were sent to your phone
data.json       everything, table by table, with times in UTC

Not in here: keys and codes (they are to stay secret), moments that are still to come, your parent's address (it is
your parent's), and what others reported about you (it would give them away).
""",
}
