"""The mails to parents, in plain words: please look, you were asked, the text is new, and how to take a yes back."""

from collections.abc import Mapping
from string import Template

from server.mail.port import Message

SUBJECTS = {
    "ask": {
        "nl": "Mag uw kind meedoen aan een onderzoek?",
        "en": "May your child take part in a study?",
    },
    "remind": {
        "nl": "Herinnering: mag uw kind meedoen aan een onderzoek?",
        "en": "Reminder: may your child take part in a study?",
    },
    "renew": {
        "nl": "Er is iets veranderd: mag uw kind blijven meedoen?",
        "en": "Something has changed: may your child go on taking part?",
    },
    "confirm": {
        "nl": "Uw toestemming, en hoe u die intrekt",
        "en": "Your consent, and how to withdraw it",
    },
}
_ASK = {
    "nl": """\
Beste ouder of verzorger,

Een jongere heeft dit adres opgegeven als dat van een ouder. Hij of zij wil meedoen aan het onderzoek “$title” van $institution, met de app Kiem. Omdat uw kind jonger is dan 16 jaar, vragen wij ook uw toestemming. Zonder uw toestemming begint het niet.

Op deze pagina leest u waar het om gaat en kunt u ja of nee zeggen. U hebt geen account nodig. U krijgt nooit te zien wat uw kind invult.

$link

De link werkt één keer, en tot en met $until. Krijgt u dit bericht ten onrechte? Dan hoeft u niets te doen: zonder antwoord gebeurt er niets.

Vragen? $contact
""",  # noqa: E501  a paragraph is one line in a mail
    "en": """\
Dear parent or guardian,

A young person gave this address as that of a parent. They would like to take part in the study “$title” of $institution, with the app Kiem. As your child is younger than 16, we ask for your consent as well. Nothing begins without it.

On this page you read what it is about, and can say yes or no. You need no account. You will never see what your child fills in.

$link

The link works once, up to and including $until. If this message is not meant for you, you need not do anything: without an answer nothing happens.

Questions? $contact
""",  # noqa: E501
}
_AGAIN = {
    "nl": "Enkele dagen geleden stuurden wij u dit bericht. Uw kind wacht nog op uw antwoord.\n\n",
    "en": "We sent you this message some days ago. Your child is still waiting for your answer.\n\n",
}
_RENEW = {
    "nl": """\
Beste ouder of verzorger,

U hebt eerder toestemming gegeven voor het onderzoek “$title” van $institution, met de app Kiem. De informatie over dat onderzoek is veranderd. $changes

Daarom vragen wij u opnieuw om uw toestemming. Tot u ja hebt gezegd krijgt uw kind geen vragen. Wat uw kind al heeft ingevuld gaat niet verloren. U krijgt nooit te zien wat uw kind invult.

$link

De link werkt één keer, tot en met $until. Zegt u nee, dan doet uw kind niet langer mee.

Vragen? $contact
""",  # noqa: E501
    "en": """\
Dear parent or guardian,

You agreed earlier to the study “$title” of $institution, with the app Kiem. What that study tells has changed. $changes

That is why we ask for your consent once more. Until you have said yes your child gets no questions. Nothing that your child has filled in is lost. You will never see what your child fills in.

$link

The link works once, up to and including $until. If you say no, your child no longer takes part.

Questions? $contact
""",  # noqa: E501
}
_CONFIRM = {
    "nl": """\
Beste ouder of verzorger,

U hebt toestemming gegeven voor het onderzoek “$title” van $institution. Dank u wel.

U mag uw toestemming op elk moment intrekken, zonder reden. Uw kind krijgt dan geen vragen meer. U kiest daarbij of de antwoorden tot dat moment bewaard mogen blijven. Dat doet u op deze pagina; bewaar daarom dit bericht.

$link

Vragen? $contact
""",  # noqa: E501
    "en": """\
Dear parent or guardian,

You have agreed to the study “$title” of $institution. Thank you.

You may withdraw your consent at any time, without a reason. Your child then gets no more questions. You also choose whether the answers up to that moment may be kept. You do so on this page; please keep this message.

$link

Questions? $contact
""",  # noqa: E501
}


def write_mail(kind: str, language: str, to: str, blanks: Mapping[str, str]) -> Message:
    """The mail of this kind (ask, remind, renew, confirm); ``blanks`` fill title, institution, link, until, contact and
    changes."""
    body = {"confirm": _CONFIRM, "renew": _RENEW}.get(kind, _ASK)[language]
    text = (_AGAIN[language] if kind == "remind" else "") + Template(body).substitute(blanks)
    return Message(to=to, subject=SUBJECTS[kind][language], text=text, language=language)
