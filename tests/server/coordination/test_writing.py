"""Challenges at the desk: written, looked at, live, retired, and steps taken back."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.coordination import authoring
from server.coordination.authoring import as_challenge, read_versions, stamp_of
from server.coordination.models import ChallengeVersion
from server.coordination.moves import MOVES
from server.coordination.refusals import (
    ChallengeChanged,
    ChallengeInvalid,
    ChallengeUnknown,
    MoveRefused,
    NothingToUndo,
)
from server.db import Database
from tests.cast import NOW
from tests.databases import both_databases
from tests.factories import make_challenge

WAVE: dict[str, Any] = {
    "strategy": "kindness",
    "title": {"nl": "Zwaai eens", "en": "Give a wave"},
    "body": {"nl": "Zwaai vandaag naar iemand die je kent.", "en": "Wave at somebody you know today."},
    "minutes": "1",
    "weekdays": ["1", "2", "3"],
}


def write(database: Database, slug: str | None = None, **changes: Any) -> str:
    with database.transaction() as session:
        return authoring.write(session, {**WAVE, **changes}, slug=slug, by="Cleo", now=NOW).row.slug


def move(database: Database, slug: str, *steps: str) -> None:
    for to in steps:
        with database.transaction() as session:
            authoring.move(session, slug, to, by="Cleo", now=NOW)


def undo(database: Database, slug: str) -> None:
    with database.transaction() as session:
        authoring.undo(session, slug, by="Cleo", now=NOW)


def stands(database: Database, slug: str) -> list[tuple[int, str, int]]:
    """Version, status and minutes, newest first."""
    with database.reading() as session:
        return [(row.version, row.status, row.content["minutes"]) for row in read_versions(session, slug)]


@both_databases
def test_a_new_challenge_is_a_draft_named_after_its_english_title(database: Database) -> None:
    slug = write(database)
    assert slug == "give-a-wave"
    with database.reading() as session:
        challenge = as_challenge(read_versions(session, slug)[0])
    assert (challenge.status, challenge.version, challenge.author) == ("draft", 1, "Cleo")
    assert challenge.weekdays == {1, 2, 3}


def test_every_problem_is_named_at_once_and_nothing_is_written(database: Database) -> None:
    bad = {"title": {"nl": "", "en": "=x()"}, "minutes": "999", "strategy": "nap"}
    with pytest.raises(ChallengeInvalid) as refused:
        write(database, **bad)
    fields = {error["where"] for error in refused.value.errors}
    assert {"title.nl", "title.en", "minutes", "strategy"} <= fields
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChallengeVersion)) == 0


def test_a_title_belongs_to_one_challenge(database: Database) -> None:
    write(database)
    with pytest.raises(ChallengeInvalid) as refused:
        write(database, slug=None, body=WAVE["body"])
    assert [error["where"] for error in refused.value.errors] == ["title.nl", "title.en"]


@both_databases
def test_a_text_that_was_live_is_never_rewritten(database: Database) -> None:
    slug = write(database)
    write(database, slug, minutes="2")
    assert stands(database, slug) == [(1, "draft", 2)]
    move(database, slug, "review", "live")
    write(database, slug, minutes="3")
    assert stands(database, slug) == [(2, "draft", 3), (1, "live", 2)]
    move(database, slug, "review", "live")
    assert stands(database, slug) == [(2, "live", 3), (1, "retired", 2)]


def test_saving_what_is_there_changes_nothing(database: Database) -> None:
    slug = write(database)
    move(database, slug, "review", "live")
    write(database, slug)
    assert stands(database, slug) == [(1, "live", 1)]


def test_only_the_steps_of_the_table_can_be_taken(database: Database) -> None:
    slug = write(database)
    for to in ("draft", "live"):
        with pytest.raises(MoveRefused):
            move(database, slug, to)
    move(database, slug, "review", "live", "retired", "review", "draft", "retired")
    assert stands(database, slug)[0][1] == "retired"
    assert set(MOVES) == {"draft", "review", "live", "retired"}


def test_whoever_saves_over_anothers_change_is_told(database: Database) -> None:
    slug = write(database)
    with database.reading() as session:
        seen = stamp_of(read_versions(session, slug)[0])
    write(database, slug, minutes="4")
    with database.transaction() as session, pytest.raises(ChallengeChanged):
        authoring.write(session, {**WAVE, "minutes": "5"}, slug=slug, stamp=seen, by="Sam", now=NOW)


@both_databases
def test_undo_takes_back_one_step_after_another(database: Database) -> None:
    slug = write(database)
    move(database, slug, "review", "live")
    write(database, slug, minutes="3")
    move(database, slug, "review", "live")
    undo(database, slug)  # both at once: the new one is in review, the old one live again
    assert stands(database, slug) == [(2, "review", 3), (1, "live", 1)]
    undo(database, slug)
    undo(database, slug)
    # A participant's card may name a version that was live for a moment: it stays, retired.
    assert stands(database, slug) == [(2, "retired", 3), (1, "live", 1)]
    undo(database, slug)
    assert stands(database, slug) == [(2, "retired", 3), (1, "review", 1)]


def test_undo_of_the_first_step_leaves_nothing_and_ends_there(database: Database) -> None:
    slug = write(database)
    undo(database, slug)
    other = write(database)
    assert other == slug
    undo(database, slug)
    again = write(database)
    move(database, again, "review")
    undo(database, again)
    undo(database, again)
    with pytest.raises(ChallengeUnknown):
        undo(database, again)


def test_what_starter_files_brought_cannot_be_undone(database: Database) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="given")
    with pytest.raises(NothingToUndo):
        undo(database, "given")


def test_a_duplicate_is_a_draft_with_a_name_of_its_own(database: Database) -> None:
    slug = write(database)
    with database.transaction() as session:
        copied = authoring.duplicate(session, slug, by="Cleo", now=NOW).row
    assert (copied.slug, copied.status, copied.content["title"]["nl"]) == ("give-a-wave-2", "draft", "Zwaai eens 2")
