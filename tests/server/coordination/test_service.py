from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from challenges.library import load_starter
from challenges.rules import Challenge
from server.coordination.content import challenge_as_json, challenge_from_json
from server.coordination.models import ChallengeVersion
from server.coordination.service import Synced, catalogue, live_pool, sync_starter
from server.db import Database
from tests.cast import NOW
from tests.databases import both_databases
from tests.factories import make_challenge

STARTER = load_starter()
ONE = next(iter(STARTER.values()))


def statuses(database: Database, slug: str) -> dict[int, tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(select(ChallengeVersion).where(ChallengeVersion.slug == slug))
        return {row.version: (row.origin, row.status) for row in rows}


@both_databases
def test_the_starter_collection_comes_out_as_it_went_in(database: Database) -> None:
    with database.transaction() as session:
        assert sync_starter(session, STARTER, NOW) == Synced(added=len(STARTER), retired=0)
    with database.reading() as session:
        assert {challenge.slug: challenge for challenge in live_pool(session)} == {
            slug: challenge for slug, challenge in STARTER.items() if challenge.status == "live"
        }


@both_databases
def test_a_second_sync_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        sync_starter(session, STARTER, NOW)
    with database.transaction() as session:
        assert sync_starter(session, STARTER, NOW + timedelta(days=1)) == Synced(added=0, retired=0)


@both_databases
def test_a_newer_starter_version_retires_the_older_one(database: Database) -> None:
    newer = replace(ONE, version=ONE.version + 1, minutes=7)
    with database.transaction() as session:
        sync_starter(session, {ONE.slug: ONE}, NOW)
        assert sync_starter(session, {ONE.slug: newer}, NOW) == Synced(added=1, retired=1)
    assert statuses(database, ONE.slug) == {1: ("starter", "retired"), 2: ("starter", "live")}
    with database.reading() as session:
        assert live_pool(session) == (newer,)
        # The old card is still there for the days on which it was shown.
        assert catalogue(session)[ONE.slug, 1].body == ONE.body


def test_the_desks_own_are_never_touched(database: Database) -> None:
    mine = {**challenge_as_json(ONE), "minutes": 3}
    with database.transaction() as session:
        make_challenge(session, slug=ONE.slug, version=1, content=mine)
        make_challenge(session, slug="my-own", version=1)
        assert sync_starter(session, {ONE.slug: ONE}, NOW) == Synced(added=0, retired=0)
        sync_starter(session, {ONE.slug: replace(ONE, version=2)}, NOW)
        row = session.get_one(ChallengeVersion, (ONE.slug, 1))
        assert (row.origin, row.status, row.content["minutes"]) == ("desk", "live", 3)


def test_a_draft_on_the_desk_retires_nothing_but_its_release_does(database: Database) -> None:
    with database.transaction() as session:
        sync_starter(session, {ONE.slug: ONE}, NOW)
        draft = make_challenge(session, slug=ONE.slug, version=2, status="draft")
        assert sync_starter(session, {ONE.slug: ONE}, NOW).retired == 0
        draft.status = "live"
        session.flush()
        assert sync_starter(session, {ONE.slug: ONE}, NOW).retired == 1


def test_drafts_and_reviews_are_not_drawn(database: Database) -> None:
    with database.transaction() as session:
        for status in ("draft", "review", "live", "retired"):
            make_challenge(session, slug=f"dare-{status}", status=status)
        assert [challenge.slug for challenge in live_pool(session)] == ["dare-live"]
        assert set(catalogue(session)) == {("dare-live", 1), ("dare-retired", 1)}


def test_the_row_says_whether_a_challenge_is_live(database: Database) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="dare", status="retired", content={"status": "live"})
        assert catalogue(session)["dare", 1].status == "retired"


def test_equal_rows_are_built_once(database: Database) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="dare")
        assert live_pool(session)[0] is live_pool(session)[0]


def test_dates_and_weekdays_survive_the_row() -> None:
    special = replace(
        ONE, not_before=date(2026, 12, 1), not_after=date(2026, 12, 31), weekdays=frozenset({6, 7}), max_age=17
    )
    assert challenge_from_json(challenge_as_json(special), status=special.status) == special


def test_a_field_of_another_release_does_no_harm() -> None:
    found = challenge_from_json({**challenge_as_json(ONE), "colour": "green"}, status="live")
    assert isinstance(found, Challenge)
