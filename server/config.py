"""All settings: one frozen object, read once from the environment, loud about what is wrong.

Names carry the prefix ``KIEM_``. Any of them may come from a file instead: ``KIEM_NAME_FILE=/run/secrets/name`` is read
when ``KIEM_NAME`` itself is not set. Every name has a line in ``.env.example`` (a test holds the two together).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvValidationError, FileAwareEnv
from marshmallow.validate import OneOf, Range, Regexp
from sqlalchemy.engine import URL, make_url

PREFIX = "KIEM_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NAMES = (
    "DATA_DIR",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "PUBLIC_URL",
    "PUSH_GATEWAY",
    "PUSH_EXTRA_HOSTS",
    "VAPID_KEY_FILE",
    "VAPID_OLDER_KEY_FILES",
    "VAPID_SUBJECT",
    "SECRET_KEY_PATH",
    "COMMON_PASSWORDS_PATH",
    "CONTACT_KEY_FILES",
    "ERASURE_LIST_PATH",
    "MAIL_GATEWAY",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_TLS",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_SENDER",
    "SMTP_SENDER_NAME",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME",
    "LEASE_S",
    "BATCH",
    "PLAN_AHEAD_H",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "TRUSTED_PROXIES",
    "MAX_BODY_KIB",
    "METRICS_TOKEN",
    "SECURITY_CONTACT",
)


class SettingsError(Exception):
    """The settings are not usable; the message lists every problem with its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Smtp:
    """The mail server that invitations to parents leave by; ``tls`` is starttls, implicit or none."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    sender: str
    sender_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Oidc:
    """The organisation that staff may sign in with (OpenID Connect); ``name`` is what its button says."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What an installation may choose."""

    data_dir: Path
    database_url: str = field(repr=False)
    database_owner_url: str = field(default="", repr=False)  # empty: one login for everything
    public_url: str
    push_gateway: str = "webpush"
    push_extra_hosts: tuple[str, ...] = ()
    vapid_key_file: Path
    vapid_older_key_files: tuple[Path, ...] = ()
    vapid_subject: str = "mailto:kiem@localhost.invalid"
    secret_key_path: Path | None = None  # None: secret.key in the data directory
    common_passwords_path: Path | None = None
    contact_key_files: tuple[Path, ...] = ()  # newest first; none: contact.key in the data directory
    erasure_list_path: Path | None = None  # None: erasures.jsonl in the data directory
    mail_gateway: str = "console"
    smtp: Smtp | None = None
    oidc: Oidc | None = None
    lease_s: int = 60
    batch: int = 500
    plan_ahead_h: int = 48
    log_level: str = "info"
    log_format: str = "json"
    trusted_proxies: int = 0
    max_body_kib: int = 256
    metrics_token: str = field(default="", repr=False)  # empty: /metrics does not exist
    security_contact: str = ""  # where weaknesses are reported: mailto:... or https://...; empty: no security.txt

    @property
    def owner_url(self) -> str:
        """With which the schema is changed, and everything is read for a backup."""
        return self.database_owner_url or self.database_url

    @property
    def owner_setting(self) -> str:
        """Where `owner_url` stands, for whoever has to mend it."""
        return f"{PREFIX}DATABASE_OWNER_URL" if self.database_owner_url else f"{PREFIX}DATABASE_URL"

    @property
    def serving_url(self) -> URL | None:
        """Where another login than the owner serves; None with one login for everything."""
        return make_url(self.database_url) if self.database_owner_url else None

    @property
    def secure(self) -> bool:
        """Whether young people reach the service over TLS."""
        return urlsplit(self.public_url).scheme == "https"


def read_settings() -> Settings:
    """Read the process environment; raise `SettingsError` naming every fault at once."""
    env = FileAwareEnv(eager=False, prefix=PREFIX, strip_whitespace=True)
    _require_files(env)
    data_dir = Path(env.str("DATA_DIR", "data"))
    public_url = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    gateway = env.str("PUSH_GATEWAY", "webpush", validate=OneOf(("webpush", "console", "recording")))
    hosts: list[str] = env.list("PUSH_EXTRA_HOSTS", [])
    numbers = {
        "lease_s": env.int("LEASE_S", 60, validate=Range(5, 600)),
        "batch": env.int("BATCH", 500, validate=Range(1, 10_000)),
        "plan_ahead_h": env.int("PLAN_AHEAD_H", 48, validate=Range(48, 336)),
        "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=Range(0, 5)),
        "max_body_kib": env.int("MAX_BODY_KIB", 256, validate=Range(16, 16_384)),
    }
    older: list[str] = env.list("VAPID_OLDER_KEY_FILES", [])
    level = env.str("LOG_LEVEL", "info", validate=OneOf(("debug", "info", "warning", "error")))
    form = env.str("LOG_FORMAT", "json", validate=OneOf(("json", "text")))
    subject = env.str("VAPID_SUBJECT", "")
    secret_key, common = env.str("SECRET_KEY_PATH", ""), env.str("COMMON_PASSWORDS_PATH", "")
    contact_keys: list[str] = env.list("CONTACT_KEY_FILES", [])
    erasures, reports = env.str("ERASURE_LIST_PATH", ""), env.str("SECURITY_CONTACT", "").strip()
    mail, smtp = env.str("MAIL_GATEWAY", "console", validate=OneOf(("smtp", "console", "recording"))), _read_smtp(env)
    oidc = _read_oidc(env)
    database_url = env.str("DATABASE_URL", "").strip() or f"sqlite:///{data_dir / 'kiem.sqlite3'}"
    owner_url = env.str("DATABASE_OWNER_URL", "").strip()
    key_file = env.str("VAPID_KEY_FILE", "") or str(data_dir / "vapid.pem")
    metrics_token = env.str("METRICS_TOKEN", "", validate=Regexp(r"(\S{16,})?\Z", error="Must have 16 signs or more."))
    faults = _seal(env) + _faults(public_url, gateway, subject, database_url) + _mail_faults(mail, smtp)
    faults += _oidc_faults(oidc) + _owner_faults(database_url, owner_url)
    if reports and not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://\S+)", reports):
        faults.append(f"{PREFIX}SECURITY_CONTACT: must look like mailto:security@example.org or https://...")
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        database_owner_url=owner_url,
        public_url=public_url,
        push_gateway=gateway,
        push_extra_hosts=tuple(hosts),
        vapid_key_file=Path(key_file),
        vapid_older_key_files=tuple(Path(name.strip()) for name in older if name.strip()),
        vapid_subject=subject or "mailto:kiem@localhost.invalid",
        secret_key_path=Path(secret_key) if secret_key else None,
        common_passwords_path=Path(common) if common else None,
        contact_key_files=tuple(Path(name.strip()) for name in contact_keys if name.strip()),
        erasure_list_path=Path(erasures) if erasures else None,
        mail_gateway=mail,
        smtp=smtp if mail == "smtp" else None,
        oidc=oidc if oidc.issuer else None,
        log_level=level,
        log_format=form,
        metrics_token=metrics_token,
        security_contact=reports,
        **numbers,
    )


def _require_files(env: FileAwareEnv) -> None:
    """Raise `SettingsError` for all ``KIEM_..._FILE`` that cannot be read: without them no other fault makes sense."""
    faults = []
    for name in NAMES:
        try:
            env.str(name, "")
        except ValueError:
            faults.append(f"{PREFIX}{name}_FILE: must name a file of text that this user can read")
    if faults:
        raise SettingsError("\n".join(faults))


def _read_smtp(env: FileAwareEnv) -> Smtp:
    return Smtp(
        host=env.str("SMTP_HOST", ""),
        port=env.int("SMTP_PORT", 587, validate=Range(1, 65_535)),
        tls=env.str("SMTP_TLS", "starttls", validate=OneOf(("starttls", "implicit", "none"))),
        user=env.str("SMTP_USER", ""),
        password=env.str("SMTP_PASSWORD", ""),
        sender=env.str("SMTP_SENDER", ""),
        sender_name=env.str("SMTP_SENDER_NAME", "Kiem"),
    )


def _read_oidc(env: FileAwareEnv) -> Oidc:
    return Oidc(
        issuer=env.str("OIDC_ISSUER", ""),
        client_id=env.str("OIDC_CLIENT_ID", ""),
        client_secret=env.str("OIDC_CLIENT_SECRET", ""),
        name=env.str("OIDC_NAME", "OpenID Connect"),
    )


def _seal(env: FileAwareEnv) -> list[str]:
    try:
        env.seal()
    except EnvValidationError as error:
        messages = error.error_messages
        pairs = messages.items() if isinstance(messages, Mapping) else [("settings", messages)]
        return [f"{name}: {' '.join(map(str, texts))}" for name, texts in pairs]
    return []


def _faults(public_url: str, gateway: str, subject: str, database_url: str) -> list[str]:
    """What no single setting can know of itself."""
    found = []
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        found.append(f"{PREFIX}PUBLIC_URL: is {public_url!r}; it must look like https://kiem.example.org")
    if not re.match(r"(postgresql(\+psycopg)?|sqlite)://", database_url):
        # Without the value: it may hold a password.
        found.append(f"{PREFIX}DATABASE_URL: must look like postgresql://user:password@host/database, or be empty")
    if gateway == "webpush" and parts.scheme == "https" and not subject.startswith(("mailto:", "https:")):
        found.append(f"{PREFIX}VAPID_SUBJECT: push services want a real address: mailto:you@example.org or https://...")
    return found


def _owner_faults(database_url: str, owner_url: str) -> list[str]:
    """Two logins of one PostgreSQL database, or no second one. Without the values: they may hold passwords."""
    name = f"{PREFIX}DATABASE_OWNER_URL"
    if not owner_url:
        return []
    if not re.match(r"postgresql(\+psycopg)?://", owner_url) or database_url.startswith("sqlite"):
        return [f"{name}: is for PostgreSQL; it must look like postgresql://owner:password@host/database, or be empty"]
    serving, owner = urlsplit(database_url), urlsplit(owner_url)
    if not serving.username or serving.username == owner.username:
        return [f"{name}: names the login of {PREFIX}DATABASE_URL; the owner must be another, or this must be empty"]
    if serving.path != owner.path:
        return [f"{name}: names another database than {PREFIX}DATABASE_URL"]
    return []


def _mail_faults(gateway: str, smtp: Smtp) -> list[str]:
    if gateway != "smtp":
        return []
    found = []
    if not smtp.host:
        found.append(f"{PREFIX}SMTP_HOST: is needed to send mail")
    if "@" not in smtp.sender:
        found.append(f"{PREFIX}SMTP_SENDER: must be the address that mail comes from, like study@example.org")
    if smtp.tls == "none" and smtp.host not in LOOPBACK:
        found.append(f"{PREFIX}SMTP_TLS: none sends links and passwords in clear; only for this very machine")
    return found


def _oidc_faults(oidc: Oidc) -> list[str]:
    if not oidc.issuer:
        return []
    found, parts = [], urlsplit(oidc.issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        found.append(f"{PREFIX}OIDC_ISSUER: must look like https://login.example.org")
    if not oidc.client_id:
        found.append(f"{PREFIX}OIDC_CLIENT_ID: is needed to sign in with {oidc.name}")
    return found
