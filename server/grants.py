"""Who may touch what, as data: the database roles that requests take on, deny by default.

``desk`` serves staff. It reads everything a study needs to run, and nothing that anybody answered: of responses and
challenge outcomes it sees two views, when an entry came in and counts over at least five people. A table that is not
named in `DESK` is closed to it. `server.duties` tells PostgreSQL; on SQLite, which has no roles, `refuse_on_sqlite`
asks the same table at every statement.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

FEWEST_PEOPLE = 5
ALL = ("*",)
NONE: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What a role may do with one table. ``select`` and ``update`` name columns (`ALL`, `NONE`)."""

    select: tuple[str, ...] = ALL
    update: tuple[str, ...] = NONE
    insert: bool = False
    delete: bool = False


READ = Grant()
ADD = Grant(insert=True)
WRITE = Grant(insert=True, update=ALL)
EVERYTHING = Grant(insert=True, update=ALL, delete=True)

DESK: dict[str, Grant] = {
    "study": WRITE,
    "study_rules": ADD,
    "join_code": EVERYTHING,
    "participant": Grant(update=ALL),
    "device_token": Grant(select=("participant_id", "created_at", "expires_at", "revoked_at"), update=("revoked_at",)),
    "recovery_code": Grant(
        select=("participant_id", "by_staff", "created_at", "used_at"), update=("used_at",), insert=True
    ),
    "former_rhythm": ADD,  # staff who change somebody's day keep the one before
    "throttle": EVERYTHING,
    "consent_text": ADD,
    "consent_record": ADD,
    "parent_invitation": Grant(  # how far it is, and asking again for a new text; the address is withheld
        update=(
            "decision",
            "decided_at",
            "reminded_at",
            "asked_at",
            "mails",
            "mail_tries",
            "undeliverable",
            "next_mail",
            "next_mail_at",
            "expires_at",
        )
    ),
    "challenge_version": EVERYTHING,
    "challenge_step": EVERYTHING,
    "scheduled": EVERYTHING,
    "beep": EVERYTHING,
    "assignment": EVERYTHING,
    "pause": EVERYTHING,
    "snooze": READ,
    "attempt": READ,
    "receipt": READ,
    "device": Grant(  # not the endpoint and its keys: they would let somebody push in the study's name
        select=(
            "id",
            "participant_id",
            "vapid_key_id",
            "platform",
            "standalone",
            "created_at",
            "seen_at",
            "last_accepted_at",
            "fail_count",
            "retired_at",
            "retired_why",
        )
    ),
    "device_test": READ,
    "message": ADD,  # a key of a reviewed text, and what became of it
    "heartbeat": READ,
    "counter": READ,
    "summary": READ,  # counts of the diaries, made by the worker
    "date_sum": READ,
    "person_sum": READ,
    # Settling a report: another nickname, or a seat in another team. Never the stickers.
    "team": ADD,
    "membership": Grant(insert=True, update=("adjective", "animal", "left_at")),
    "team_report": Grant(update=("settled_at",)),
    "staff": WRITE,
    "study_role": EVERYTHING,
    "staff_session": EVERYTHING,
    "staff_recovery_code": EVERYTHING,
    "passkey": EVERYTHING,
    "passkey_challenge": EVERYTHING,
    "safety_alert": Grant(update=("taken_at", "taken_by", "closed_at", "closed_by", "outcome")),
    "invitation": WRITE,
    "audit_entry": ADD,
    "study_retention": WRITE,
}
# Answers, and what could be told from them. Named here, so that a new table is a decision (a test compares).
WITHHELD = frozenset(
    {
        "response",
        "challenge_outcome",
        "card_shown",
        "sticker",
        "safety_watch",
        "contact",
        "parent_link",
        "confirmation",
        "erasure",
        "export",
        "export_download",
        "export_job",
        "export_member",
    }
)
# Deleting a beep takes these along; SQLite asks the role for that, PostgreSQL the owner of the table.
_CASCADES = {
    "response": ("participant_id", "local_date", "slot"),
    "challenge_outcome": ("participant_id", "local_date", "slot"),
    "attempt": ("participant_id", "local_date", "slot"),
    "receipt": ("participant_id", "local_date", "slot"),
    "snooze": ("participant_id", "local_date", "slot"),
}

_ENOUGH = f"count(DISTINCT o.participant_id) >= {FEWEST_PEOPLE}"
_ENOUGH_OF = f"count(DISTINCT CASE WHEN o.%s IS NOT NULL THEN o.participant_id END) >= {FEWEST_PEOPLE}"
VIEWS = {
    "answered_beep": "SELECT participant_id, local_date, slot, finished_at, received_at FROM response",
    # Of the gentle card: how often, never to whom and when.
    "card_tally": f"""
        SELECT p.study_id,
            CASE WHEN count(DISTINCT c.participant_id) >= {FEWEST_PEOPLE} THEN count(DISTINCT c.participant_id)
                END AS people,
            CASE WHEN count(DISTINCT c.participant_id) >= {FEWEST_PEOPLE} THEN count(*) END AS shown,
            CASE WHEN count(DISTINCT c.participant_id) >= {FEWEST_PEOPLE} THEN count(c.dismissed_at) END AS dismissed
        FROM card_shown c JOIN participant p ON p.id = c.participant_id
        GROUP BY p.study_id
    """,  # noqa: S608  nothing in it comes from outside
    "challenge_tally": f"""
        SELECT p.study_id, o.slug,
            CASE WHEN {_ENOUGH} THEN count(DISTINCT o.participant_id) END AS people,
            CASE WHEN {_ENOUGH} THEN count(CASE WHEN o.outcome = 'done' THEN 1 END) END AS done,
            CASE WHEN {_ENOUGH} THEN count(CASE WHEN o.outcome = 'skipped' THEN 1 END) END AS skipped,
            CASE WHEN {_ENOUGH} THEN count(CASE WHEN o.outcome = 'swapped' THEN 1 END) END AS swapped,
            CASE WHEN {_ENOUGH_OF % "fun"} THEN CAST(avg(o.fun) AS DOUBLE PRECISION) END AS fun,
            CASE WHEN {_ENOUGH_OF % "helped"} THEN CAST(avg(o.helped) AS DOUBLE PRECISION) END AS helped
        FROM challenge_outcome o JOIN participant p ON p.id = o.participant_id
        GROUP BY p.study_id, o.slug
    """,  # noqa: S608  nothing in it comes from outside
}
# ``identity`` reads how somebody can be reached and nothing else: on PostgreSQL its tables live in a schema of that
# name, and `server.contact.service` takes the role on for every statement. It cannot tell what anybody answered.
IDENTITY: dict[str, Grant] = {"contact": EVERYTHING}
IDENTITY_SCHEMA = "identity"
# ``rights`` reads and deletes everything about one person: what she downloads, what is erased or kept long enough. The
# only role that takes away answers, people and what they agreed to (`server.rights` takes it on; a test compares).
_ABOUT_PEOPLE = (
    "assignment attempt beep card_shown challenge_outcome confirmation consent_record contact device device_test"
    " device_token export_member former_rhythm membership message parent_invitation parent_link participant pause"
    " person_sum receipt recovery_code response safety_alert snooze sticker team_report"
)
RIGHTS: dict[str, Grant] = {table: Grant(delete=True) for table in _ABOUT_PEOPLE.split()}
ROLES = {"desk": DESK, "identity": IDENTITY, "rights": RIGHTS}
# What the login of web processes and workers may do by itself where another login owns the tables (`server.serving`):
# everything with what is not named here, and nothing with what is in the schema of contact data.
SERVING: dict[str, Grant] = {
    "audit_entry": ADD,
    "erasure": ADD,
    "consent_text": ADD,
    "consent_record": ADD,
    "participant": WRITE,
    "response": WRITE,
    "challenge_outcome": WRITE,
    "alembic_version": READ,
}
VIEWERS = frozenset({"desk"})  # roles that read the views


def role_name(role: str) -> str:
    """What PostgreSQL calls a role of `ROLES`; KeyError for another word."""
    ROLES[role]
    return f"kiem_{role}"


Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]
_HARMLESS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_FUNCTION, 33}
)  # 33: a recursive query
_TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})


def refuse_on_sqlite(role: str) -> Authorizer:
    """A callback for `sqlite3.Connection.set_authorizer` that lets through what the role may do."""
    grants = ROLES[role]

    def ask(action: int, table: str | None, column: str | None, _database: str | None, within: str | None) -> int:
        if action in _HARMLESS:
            return sqlite3.SQLITE_OK
        grant = grants.get(table or "")
        allowed = False
        if action == sqlite3.SQLITE_READ:
            allowed = (
                (role in VIEWERS and (within in VIEWS or table in VIEWS))
                or table in _TABLE_FUNCTIONS
                or (grant is not None and (grant.select == ALL or column in grant.select or not column))
                or column in _CASCADES.get(table or "", ())
            )
        elif action == sqlite3.SQLITE_INSERT:
            allowed = grant is not None and grant.insert
        elif action == sqlite3.SQLITE_UPDATE:
            allowed = grant is not None and (grant.update == ALL or column in grant.update)
        elif action == sqlite3.SQLITE_DELETE:
            allowed = table in _CASCADES or (grant is not None and grant.delete)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return ask
