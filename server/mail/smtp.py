"""A mail server, spoken to with the standard library. One connection a message: invitations are few."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from server.clock import Clock
from server.config import Smtp
from server.mail.addresses import MAIL
from server.mail.port import MailFailed, Message

TIMEOUT_S = 20.0


class SmtpMailer:
    """Sends through the server of the settings; certificates are checked against the machine's authorities."""

    def __init__(self, smtp: Smtp, clock: Clock, *, authorities: ssl.SSLContext | None = None) -> None:
        self._smtp, self._clock = smtp, clock
        self._tls = authorities or ssl.create_default_context()

    def send(self, message: Message) -> None:
        if not MAIL.fullmatch(message.to):  # the library would break on it, or write to somebody else
            raise MailFailed("no-address", permanent=True)
        mail = self._compose(message)
        try:
            with self._open() as server:
                if self._smtp.user:
                    server.login(self._smtp.user, self._smtp.password)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise MailFailed(f"recipient-{code}", permanent=code >= 500) from None
        except smtplib.SMTPNotSupportedError:
            raise MailFailed("not-supported", permanent=True) from None  # letters that this server cannot write
        except smtplib.SMTPResponseException as error:  # the sender or the message; the address may be fine
            raise MailFailed(f"smtp-{error.smtp_code}", permanent=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed(type(error).__name__, permanent=False) from None

    def _open(self) -> smtplib.SMTP:
        host, port = self._smtp.host, self._smtp.port
        if self._smtp.tls == "implicit":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=self._tls)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        if self._smtp.tls == "starttls":
            try:
                server.starttls(context=self._tls)  # raises when the server offers none: never in clear instead
            except BaseException:
                server.close()
                raise
        return server

    def _compose(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = Address(display_name=self._smtp.sender_name, addr_spec=self._smtp.sender)
        mail["To"] = message.to
        mail["Subject"] = " ".join(message.subject.split())  # a study's title may stand in it
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = make_msgid(domain=self._smtp.sender.rpartition("@")[2])
        mail["Content-Language"] = message.language
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
        mail.set_content(message.text)
        return mail
