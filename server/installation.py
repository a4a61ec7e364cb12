"""Puts an installation together from its settings: the one place that knows which gateway and which clock are real."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import exists, inspect, select

from server.audit.models import AuditEntry
from server.clock import Clock, SystemClock
from server.config import Settings
from server.context import Context
from server.crypto import KeyBroken, hash_with_key, load_or_create_secret
from server.crypto_fields import give_keys, load_field_keys
from server.db import Database
from server.delivery.addresses import EndpointPolicy
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, PushGateway
from server.delivery.transports import open_gateway
from server.delivery.vapid import Keyring, load_key, load_or_create_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """An installation's collaborators, shared by the web process, the worker and the command line."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    context: Context

    def open_dispatcher(self, gateway: PushGateway | None = None) -> tuple[Dispatcher, BlockingGateway]:
        """A dispatcher over the gateway of the settings (or the given one), and the gateway to close afterwards."""
        settings = self.settings
        lease = timedelta(seconds=settings.lease_s)
        blocking = BlockingGateway(
            gateway
            or open_gateway(
                settings.push_gateway,
                keyring=self.keyring,
                extra_hosts=settings.push_extra_hosts,
                # Sends must end well before another dispatcher may take the same beeps.
                budget_s=max(settings.lease_s - 15, settings.lease_s / 2),
            )
        )
        dispatcher = Dispatcher(
            database=self.database,
            gateway=blocking,
            clock=self.clock,
            public_url=settings.public_url,
            lease=lease,
            batch=settings.batch,
            rng=random.SystemRandom(),
        )
        return dispatcher, blocking


def open_installation(settings: Settings, *, clock: Clock | None = None) -> Installation:
    """Open the database and the keys (made on first use, readable by their owner only).

    Raises `KeyBroken` or `VapidProblem` where a key cannot be used, or is gone although the database was used with it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = load_or_create_key(settings.vapid_key_file)
    older = [load_key(path) for path in settings.vapid_older_key_files]
    keyring = Keyring(key, older=older, subject=settings.vapid_subject)
    database = Database(settings.database_url)
    secret_key = settings.secret_key_path or settings.data_dir / "secret.key"
    contact_keys = settings.contact_key_files or (settings.data_dir / "contact.key",)
    _require_what_was_used(database, (secret_key, contact_keys[0]))
    give_keys(database.engine, load_field_keys(contact_keys))
    time = clock or SystemClock()
    return Installation(
        settings=settings,
        database=database,
        clock=time,
        keyring=keyring,
        context=Context(
            settings=settings,
            database=database,
            clock=time,
            push_key=key.public,
            push_key_id=key.id,
            secret=load_or_create_secret(secret_key),
            throttle_key=hash_with_key(key.pem(), "throttle"),
            check_endpoint=EndpointPolicy(extra_hosts=settings.push_extra_hosts).check,
        ),
    )


def _require_what_was_used(database: Database, keys: Sequence[Path]) -> None:
    """New keys are for new databases: with others the log would seem forged, and nobody's address could be read."""
    if all(key.exists() for key in keys):
        return
    with database.reading() as session:
        there = inspect(session.connection()).has_table(AuditEntry.__tablename__)
        used = there and session.scalar(select(exists(AuditEntry.number)))
    missing = [str(key) for key in keys if not key.exists()]  # another process may just have made them
    if used and missing:
        raise KeyBroken(
            f"{', '.join(missing)}: not there, but this database has been used with it. Put it back from your copy of"
            " the keys. If there is none, a new one (umask 077; openssl rand -hex 32) can be put there; what was"
            " sealed with the old one stays closed, and the log of what staff did cannot be verified further back."
        )
