"""Mail that really leaves: through a mail server on this machine, over TLS where the settings say so."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.clock import SetClock
from server.mail.port import MailFailed, Message
from server.mail.smtp import SmtpMailer
from tests.letterbox import open_letterbox

ANNA = "anna@home.example"
MAIL = Message(to=ANNA, subject="Mag uw kind meedoen – één vraag", text="Beste ouder,\n\nZoë vraagt.\n", language="nl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that only vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_mail_arrives_with_its_letters_and_says_that_a_machine_wrote_it(clock: SetClock) -> None:
    with open_letterbox() as box:
        SmtpMailer(box.settings(), clock).send(MAIL)
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"], mail["From"]) == (ANNA, MAIL.subject, "Kiem <studie@garden.example>")
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == clock.now()


def test_over_starttls_the_mail_travels_encrypted(clock: SetClock, certificate: Path) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate))
    with open_letterbox(tls=server_tls(certificate)) as box:
        SmtpMailer(box.settings(tls="starttls"), clock, authorities=trusted).send(MAIL)
    assert box.used_tls == [True]


def test_a_server_that_nobody_vouches_for_gets_nothing(clock: SetClock, certificate: Path) -> None:
    with open_letterbox(tls=server_tls(certificate)) as box, pytest.raises(MailFailed) as caught:
        SmtpMailer(box.settings(tls="starttls"), clock).send(MAIL)
    assert (box.mails, caught.value.permanent) == ([], False)


def test_without_the_tls_that_was_asked_for_nothing_is_sent_in_clear(clock: SetClock) -> None:
    with open_letterbox() as box, pytest.raises(MailFailed):
        SmtpMailer(box.settings(tls="starttls"), clock).send(MAIL)
    assert box.mails == []


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such mailbox", True), ("451 try later", False)])
def test_a_refused_address_is_told_apart_from_a_busy_server(clock: SetClock, answer: str, permanent: bool) -> None:
    with open_letterbox() as box:
        box.refuses[ANNA] = answer
        with pytest.raises(MailFailed) as caught:
            SmtpMailer(box.settings(), clock).send(MAIL)
    assert caught.value.permanent is permanent
    assert ANNA not in str(caught.value)


def test_a_server_that_is_away_is_worth_another_try(clock: SetClock) -> None:
    with open_letterbox() as box:
        away = box.settings()
    with pytest.raises(MailFailed) as caught:
        SmtpMailer(away, clock).send(MAIL)
    assert caught.value.permanent is False


def test_neither_address_nor_text_shows_when_a_message_is_printed() -> None:
    assert ANNA not in repr(MAIL)
    assert "Zoë" not in repr(MAIL)
