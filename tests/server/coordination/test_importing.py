"""A file of challenges: first what it would do, then exactly that."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from challenges.library import load_starter, write_yaml
from challenges.rules import Challenge
from challenges.table import write_csv
from server.coordination import authoring
from server.coordination.importing import Plan, apply_import, decode, plan_import
from server.coordination.listing import Filters, choose, list_challenges
from server.coordination.models import ChallengeVersion
from server.coordination.refusals import ImportChanged
from server.coordination.service import sync_starter
from server.db import Database
from tests.cast import NOW
from tests.databases import both_databases

STARTER = load_starter()
FEW = [replace(challenge, source=None) for challenge in list(STARTER.values())[:4]]


def dry_run(database: Database, text: str, form: str = "csv") -> Plan:
    with database.reading() as session:
        return plan_import(session, text, form=form)


def apply(database: Database, text: str, stamp: str, form: str = "csv") -> Plan:
    with database.transaction() as session:
        return apply_import(session, text, form=form, stamp=stamp, by="Cleo", now=NOW)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ChallengeVersion)) or 0


def changed(challenge: Challenge, **changes: Any) -> Challenge:
    return replace(challenge, **changes)


@both_databases
def test_what_was_exported_comes_in_as_the_same(database: Database) -> None:
    with database.transaction() as session:
        sync_starter(session, STARTER, NOW)
    for form, text in (("csv", write_csv(STARTER.values())), ("yaml", write_yaml(STARTER.values()))):
        plan = dry_run(database, text, form)
        assert (plan.mistakes, plan.counts) == ((), {"new": 0, "changed": 0, "same": len(STARTER)})


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_a_dry_run_tells_new_changed_and_same_and_writes_nothing(database: Database, form: str) -> None:
    with database.transaction() as session:
        sync_starter(session, {one.slug: one for one in FEW[:3]}, NOW)
    given = [FEW[0], changed(FEW[1], minutes=77), FEW[3]]
    text = write_csv(given) if form == "csv" else write_yaml(given)
    plan = dry_run(database, text, form)
    assert plan.counts == {"new": 1, "changed": 1, "same": 1}
    assert count(database) == 3
    [change] = [one for one in plan.changes if one.effect == "changed"]
    assert change.differences == (("minutes", str(FEW[1].minutes), "77"),)
    assert change.challenge.version == FEW[1].version + 1


@both_databases
def test_applying_does_what_was_shown_and_can_be_undone_at_once(database: Database) -> None:
    with database.transaction() as session:
        sync_starter(session, {one.slug: one for one in FEW[:3]}, NOW)
    text = write_csv([changed(FEW[1], minutes=77), FEW[3]])
    apply(database, text, dry_run(database, text).stamp)
    with database.reading() as session:
        found = {(row.slug, row.version): row.status for row in session.scalars(select(ChallengeVersion))}
    assert found[FEW[1].slug, FEW[1].version + 1] == "review"
    assert found[FEW[3].slug, 1] == "review"
    with database.transaction() as session:
        authoring.undo(session, FEW[3].slug, by="Cleo", now=NOW)
    assert count(database) == 3


def test_a_second_apply_is_told_that_things_changed(database: Database) -> None:
    text = write_csv(FEW)
    stamp = dry_run(database, text).stamp
    apply(database, text, stamp)
    with pytest.raises(ImportChanged):
        apply(database, text, stamp)
    assert count(database) == 4


def test_every_mistake_is_named_with_its_row_and_nothing_comes_in(database: Database) -> None:
    rows = write_csv(FEW).splitlines()
    rows[2] = rows[2].replace(FEW[1].strategy, "naps")
    text = "\r\n".join([*rows, rows[1]])
    plan = dry_run(database, text)
    assert {(mistake.line, mistake.field) for mistake in plan.mistakes} >= {(3, "strategy"), (6, "slug")}
    assert all(mistake.message["nl"] for mistake in plan.mistakes)
    with pytest.raises(ImportChanged):
        apply(database, text, plan.stamp)
    assert count(database) == 0


def test_a_file_cannot_make_a_text_live(database: Database) -> None:
    text = write_csv([changed(FEW[0], status="live")])
    apply(database, text, dry_run(database, text).stamp)
    with database.reading() as session:
        assert list(session.scalars(select(ChallengeVersion.status))) == ["review"]


def test_a_title_of_another_challenge_is_a_mistake(database: Database) -> None:
    with database.transaction() as session:
        sync_starter(session, {FEW[0].slug: FEW[0]}, NOW)
    plan = dry_run(database, write_csv([changed(FEW[1], title=FEW[0].title)]))
    assert {mistake.field for mistake in plan.mistakes} == {"title.nl", "title.en"}


def test_spreadsheets_of_windows_can_be_read() -> None:
    assert decode("café;één".encode("cp1252")) == "café;één"
    assert decode("\ufeffcafé".encode()) == "café"


@both_databases
def test_the_list_can_be_searched_filtered_and_sorted(database: Database) -> None:
    with database.transaction() as session:
        sync_starter(session, STARTER, NOW)
        entries = list_challenges(session)
    assert len(entries) == len(STARTER)
    kind = choose(entries, Filters(strategy="kindness", minutes="5", sort="minutes"))
    assert kind
    assert all(one.challenge.strategy == "kindness" and one.challenge.minutes <= 5 for one in kind)
    assert [one.challenge.minutes for one in kind] == sorted(one.challenge.minutes for one in kind)
    title = entries[0].challenge.title["nl"]
    assert entries[0] in choose(entries, Filters(words=title.upper(), language="nl"))
    assert choose(entries, Filters(words="zzzz")) == []
    assert choose(entries, Filters(status="draft")) == []
