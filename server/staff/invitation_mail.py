"""The mail that brings an invitation. It carries the link, so it goes to the invited address and nowhere else.

Sent while whoever invites waits: invitations are few, and she is told at once whether it left. The link is on her
screen in any case.
"""

from string import Template

import structlog

from server.mail.port import Mailer, MailFailed, Message

log = structlog.get_logger()

SUBJECT = {"nl": "Uitnodiging voor Kiem", "en": "An invitation to Kiem"}
_FOR = {
    "nl": {"study": "het onderzoek “$title”", "installation": "het beheer van Kiem"},
    "en": {"study": "the study “$title”", "installation": "the administration of Kiem"},
}
_TEXT = {
    "nl": """\
Hallo,

$by nodigt je uit voor $what. Met deze link maak je een account, of gebruik je het account dat je al hebt:

$link

De link werkt één keer, zeven dagen lang. Ken je $by niet, of verwachtte je dit niet? Dan hoef je niets te doen.
""",
    "en": """\
Hello,

$by invites you to $what. With this link you make an account, or take the invitation with the account that you have:

$link

The link works once, for seven days. If you do not know $by, or did not expect this, you need not do anything.
""",
}


def mail_invitation(mailer: Mailer, to: str, link: str, *, by: str, language: str, title: str | None) -> bool:
    """Send it; False when it did not leave. ``title`` is the study's, None for the installation."""
    what = Template(_FOR[language]["study" if title else "installation"]).substitute(title=title or "")
    text = Template(_TEXT[language]).substitute(by=by, what=what, link=link)
    try:
        mailer.send(Message(to=to, subject=SUBJECT[language], text=text, language=language))
    except MailFailed as error:
        log.warning("an invitation did not leave", action="invitation.mail_failed", why=error.why)
        return False
    return True
