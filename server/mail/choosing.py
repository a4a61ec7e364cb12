"""The mailer that the settings name."""

from server.clock import Clock
from server.config import Settings
from server.mail.console import ConsoleMailer, RecordingMailer
from server.mail.port import Mailer
from server.mail.smtp import SmtpMailer


def open_mailer(settings: Settings, clock: Clock) -> Mailer:
    """By ``KIEM_MAIL_GATEWAY``: smtp, console or recording."""
    if settings.mail_gateway == "smtp" and settings.smtp is not None:
        return SmtpMailer(settings.smtp, clock)
    return RecordingMailer() if settings.mail_gateway == "recording" else ConsoleMailer()
