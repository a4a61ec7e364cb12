"""Every word of the parents' page, in both languages (B1)."""

from collections.abc import Mapping

Words = Mapping[str, str]

NL: Words = {
    "page": "Toestemming van een ouder",
    "other_language": "Read this in English",
    "ask_title": "Mag uw kind meedoen?",
    "ask_lead": (
        "Een jongere heeft u als ouder of verzorger opgegeven. Lees waar het om gaat en kies daarna ja of nee."
    ),
    "who": "Uw kind herkent u aan deze code. Die staat in de app, onder Instellingen:",
    "study": "Het onderzoek",
    "by": "Verantwoordelijk",
    "contact": "Vragen?",
    "you_see": "Wat u ziet en niet ziet",
    "you_see_text": (
        "U ziet deze informatie en geeft toestemming, of niet. U krijgt nooit te zien wat uw kind invult. Dat"
        " is zo afgesproken, zodat jongeren eerlijk kunnen antwoorden. Gaat het niet goed met uw kind? Dan "
        "merkt u dat dus niet via dit onderzoek."
    ),
    "resist": "Uw kind kiest zelf ook. Wil uw kind niet of niet meer, dan stopt het, ook als u ja hebt gezegd.",
    "number": "Voor dit onderzoek moeten twee ouders of verzorgers toestemming geven, ieder via een eigen link.",
    "text_title": "Deze uitleg krijgt uw kind",
    "choice": "Uw keuze",
    "agree": "Ja, mijn kind mag de app gebruiken en meedoen aan het onderzoek",
    "refuse": "Nee, mijn kind mag niet meedoen",
    "extra": "Alleen bij ja, en niet verplicht",
    "sharing": (
        "Andere onderzoekers mogen de antwoorden ook gebruiken, zonder code en datums, zodat heel moeilijk te "
        "weten is van wie ze zijn"
    ),
    "monitoring": (
        "De mensen van het onderzoek mogen een seintje krijgen als het mijn kind te veel lijkt te worden, "
        "en dan contact opnemen; zij zien geen antwoorden"
    ),
    "changed": "Wat er is veranderd",
    "changed_text": "U hebt eerder ja gezegd. Omdat de informatie is veranderd, vragen wij het opnieuw.",
    "recontact": "Mijn kind mag later gevraagd worden voor een volgend onderzoek",
    "authority": "Ik heb het gezag over dit kind, als ouder of voogd",
    "send": "Verstuur mijn keuze",
    "withdraw_any": "U kunt uw toestemming altijd intrekken, zonder reden. Hoe, dat krijgt u na uw keuze van ons.",
    "errors": "Dit klopt nog niet",
    "error_choice": "Kies ja of nee.",
    "error_authority": "Vink aan dat u het gezag hebt. Hebt u dat niet, dan mag u niet voor dit kind kiezen.",
    "error_text": "De uitleg is intussen veranderd. Lees die opnieuw en kies dan.",
    "error_sure": "Vink aan dat u zeker weet dat alles gewist moet worden, of kies bewaren.",
    "error_data": "Kies wat er met de antwoorden moet gebeuren.",
    "agreed_title": "Dank u wel, uw toestemming is bewaard",
    "agreed_mail": "U krijgt een mail met een link waarmee u uw toestemming kunt intrekken. Bewaar die mail.",
    "agreed_code": "Bewaar deze code. Hiermee kunt u uw toestemming intrekken op",
    "agreed_waits": "Uw kind begint zodra elke toestemming die nodig is er is.",
    "renewed_title": "Dank u wel, ook uw ja op de nieuwe uitleg is bewaard",
    "renewed_waits": (
        "Uw kind gaat verder zodra iedereen die nodig is opnieuw ja heeft gezegd. Wat uw kind al heeft ingevuld is er "
        "nog."
    ),
    "renewed_mail": "U krijgt opnieuw een mail met een link waarmee u uw toestemming kunt intrekken. Bewaar die mail.",
    "renewed_code": "Bewaar deze nieuwe code. Hiermee kunt u uw toestemming intrekken op",
    "refused_title": "Uw keuze is bewaard",
    "refused_text": "Uw kind doet niet mee en krijgt geen vragen. Uw kind ziet in de app dat u nee hebt gezegd.",
    "withdraw_title": "Toestemming intrekken",
    "withdraw_lead": "U hebt toestemming gegeven. Trekt u die in, dan krijgt uw kind meteen geen vragen meer.",
    "withdraw_talk": "Praat er eerst over met uw kind: uw kind ziet in de app dat u dit hebt gedaan.",
    "data": "Wat moet er gebeuren met de antwoorden tot nu toe?",
    "data_keep": "Bewaren voor het onderzoek",
    "data_erase": "Alles over mijn kind wissen. Dat kan niemand terugdraaien",
    "sure": "Ik weet zeker dat alles gewist moet worden (alleen nodig bij wissen)",
    "withdraw_send": "Trek mijn toestemming in",
    "withdrawn_title": "Uw toestemming is ingetrokken",
    "withdrawn_kept": "Uw kind krijgt geen vragen meer. De antwoorden tot nu toe blijven bewaard voor het onderzoek.",
    "withdrawn_erased": "Uw kind krijgt geen vragen meer, en alles is gewist. Uw bewijsnummer:",
    "code_title": "Code uit een brief",
    "code_lead": "Hebt u een brief gekregen? Typ de code die erin staat.",
    "code_label": "Code",
    "code_hint": "16 letters en cijfers; streepjes mogen",
    "code_send": "Verder",
    "unknown_title": "Deze link of code kennen wij niet",
    "unknown_text": "Controleer of de link of code helemaal is overgenomen.",
    "over_title": "Deze link is al gebruikt of verlopen",
    "over_text": (
        "Een link werkt één keer. Uw kind kan in de app een nieuwe mail laten sturen. Wilt u een toestemming "
        "intrekken, gebruik dan de link of code die u na uw keuze kreeg, of bel of mail het onderzoek."
    ),
    "grown_title": "Uw kind beslist nu zelf",
    "grown_text": "Vanaf 16 jaar beslissen jongeren zelf over meedoen. Deze link doet daarom niets meer.",
    "tries_title": "Te vaak geprobeerd",
    "tries_text": "Wacht tien minuten en probeer het dan opnieuw.",
}

EN: Words = {
    "page": "A parent's consent",
    "other_language": "Lees dit in het Nederlands",
    "ask_title": "May your child take part?",
    "ask_lead": (
        "A young person has named you as a parent or guardian. Read what it is about and then choose yes or no."
    ),
    "who": "You recognise your child by this code. It is in the app, under Settings:",
    "study": "The study",
    "by": "Responsible",
    "contact": "Questions?",
    "you_see": "What you see and do not see",
    "you_see_text": (
        "You see this information and give consent, or not. You never get to see what your child fills in. "
        "That is agreed, so that young people can answer honestly. So if your child is not doing well, you "
        "will not learn it from this study."
    ),
    "resist": (
        "Your child chooses too. If your child does not want to, or no longer wants to, it stops, even if you said yes."
    ),
    "number": "For this study two parents or guardians must agree, each with a link of their own.",
    "text_title": "This is what your child is told",
    "choice": "Your choice",
    "agree": "Yes, my child may use the app and take part in the study",
    "refuse": "No, my child may not take part",
    "extra": "Only with yes, and not required",
    "sharing": (
        "Other researchers may use the answers as well, without code and dates, so that it is very hard to know "
        "whose they are"
    ),
    "monitoring": (
        "The people of the study may get a sign when it seems to become too much for my child, "
        "and then get in touch; they see no answers"
    ),
    "changed": "What has changed",
    "changed_text": "You said yes before. As the information has changed, we ask once more.",
    "recontact": "My child may be asked later for another study",
    "authority": "I have parental authority over this child, as a parent or guardian",
    "send": "Send my choice",
    "withdraw_any": "You can always withdraw your consent, without a reason. After your choice we tell you how.",
    "errors": "Something is not right yet",
    "error_choice": "Choose yes or no.",
    "error_authority": "Tick that you have parental authority. If you do not, you may not choose for this child.",
    "error_text": "The explanation has changed meanwhile. Read it again and then choose.",
    "error_sure": "Tick that you are sure that everything is to be erased, or choose to keep it.",
    "error_data": "Choose what is to happen to the answers.",
    "agreed_title": "Thank you, your consent is kept",
    "agreed_mail": "You get a mail with a link for withdrawing your consent. Please keep that mail.",
    "agreed_code": "Keep this code. With it you can withdraw your consent at",
    "agreed_waits": "Your child begins as soon as every consent that is needed is there.",
    "renewed_title": "Thank you, your yes to the new text is kept as well",
    "renewed_waits": (
        "Your child goes on as soon as everybody who is needed has said yes again. What your child has filled in is "
        "still there."
    ),
    "renewed_mail": "You get a mail once more with a link for withdrawing your consent. Please keep that mail.",
    "renewed_code": "Keep this new code. With it you can withdraw your consent at",
    "refused_title": "Your choice is kept",
    "refused_text": (
        "Your child does not take part and gets no questions. Your child sees in the app that you said no."
    ),
    "withdraw_title": "Withdraw consent",
    "withdraw_lead": "You have given consent. If you withdraw it, your child gets no more questions from now on.",
    "withdraw_talk": "Talk with your child first: your child sees in the app that you have done this.",
    "data": "What is to happen to the answers until now?",
    "data_keep": "Keep them for the study",
    "data_erase": "Erase everything about my child. Nobody can undo that",
    "sure": "I am sure that everything is to be erased (only needed for erasing)",
    "withdraw_send": "Withdraw my consent",
    "withdrawn_title": "Your consent is withdrawn",
    "withdrawn_kept": "Your child gets no more questions. The answers until now are kept for the study.",
    "withdrawn_erased": "Your child gets no more questions, and everything is erased. Your receipt number:",
    "code_title": "Code from a letter",
    "code_lead": "Have you had a letter? Type the code that is in it.",
    "code_label": "Code",
    "code_hint": "16 letters and digits; dashes are fine",
    "code_send": "Go on",
    "unknown_title": "We do not know this link or code",
    "unknown_text": "Check whether the link or code was copied completely.",
    "over_title": "This link was used already or has expired",
    "over_text": (
        "A link works once. Your child can have a new mail sent from the app. If you want to withdraw "
        "consent, use the link or code that you got after your choice, or call or mail the study."
    ),
    "grown_title": "Your child decides now",
    "grown_text": (
        "From the age of 16 young people decide about taking part themselves. So this link does nothing any more."
    ),
    "tries_title": "Too many tries",
    "tries_text": "Wait ten minutes and then try again.",
}

WORDS: Mapping[str, Words] = {"nl": NL, "en": EN}
