"""The mails that bring an invitation, or a way in again. They carry the link, so they go to that very address only.

Sent while whoever invites waits: invitations are few, and she is told at once whether it left. The link is on her
screen in any case.
"""

from string import Template

import structlog

from server.clock import Clock
from server.config import Settings
from server.mail.choosing import open_mailer
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
RENEWAL_SUBJECT = {"nl": "Weer toegang tot Kiem", "en": "Your way into Kiem again"}
_RENEWAL = {
    "nl": """\
Hallo,

$by geeft je opnieuw toegang tot Kiem. Met deze link kies je een nieuw wachtwoord en een nieuwe code-app:

$link

De link werkt één keer, zeven dagen lang. Tot je hem gebruikt verandert er niets. Heb je hier niet om gevraagd? Gebruik de link dan niet en laat het $by weten.
""",  # noqa: E501  a paragraph is one line in a mail
    "en": """\
Hello,

$by lets you into Kiem again. With this link you choose a new password and a new code app:

$link

The link works once, for seven days. Until you use it nothing changes. If you did not ask for this, do not use the link and tell $by.
""",  # noqa: E501
}

BY_COMMAND = {"nl": "De beheerder van Kiem", "en": "The administrator of Kiem"}
"""Who invites, when that was done on the command line."""


def may_mail(settings: Settings) -> bool:
    """Whether this installation sends mail at all."""
    return settings.mail_gateway == "smtp"


def mail_where_possible(
    settings: Settings, clock: Clock, to: str, link: str, *, by: str, language: str, title: str | None
) -> bool | None:
    """`mail_invitation` with the installation's own mailer; None where it sends no mail. For the desk, its API and the
    command line alike, after the invitation was committed."""
    if not may_mail(settings):
        return None
    return mail_invitation(open_mailer(settings, clock), to, link, by=by, language=language, title=title)


def mail_renewal(settings: Settings, clock: Clock, to: str, link: str, *, by: str, language: str) -> bool | None:
    """Mail a link that lets somebody in again to the address of her account; False when it did not leave, None where no
    mail is sent. For the desk, its API and the command line alike, after the link was committed."""
    if not may_mail(settings):
        return None
    text = Template(_RENEWAL[language]).substitute(by=by, link=link)
    message = Message(to=to, subject=RENEWAL_SUBJECT[language], text=text, language=language)
    return _send(open_mailer(settings, clock), message)


def mail_invitation(mailer: Mailer, to: str, link: str, *, by: str, language: str, title: str | None) -> bool:
    """Send it; False when it did not leave. ``title`` is the study's, None for the installation."""
    what = Template(_FOR[language]["study" if title else "installation"]).substitute(title=title or "")
    text = Template(_TEXT[language]).substitute(by=by, what=what, link=link)
    return _send(mailer, Message(to=to, subject=SUBJECT[language], text=text, language=language))


def _send(mailer: Mailer, message: Message) -> bool:
    try:
        mailer.send(message)
    except MailFailed as error:
        log.warning("an invitation did not leave", action="invitation.mail_failed", why=error.why)
        return False
    return True
