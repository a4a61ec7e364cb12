"""A challenge that was swapped in and done rests like one that was given."""

from datetime import timedelta

from flask.testing import FlaskClient

from challenges.library import load_starter
from server.coordination.service import sync_starter
from server.db import Database
from server.planning.models import Assignment
from server.planning.queries import load_cards
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_assignment, make_beep


def test_what_was_swapped_in_and_done_is_told_to_the_next_draws(
    client: FlaskClient, cast: Cast, database: Database
) -> None:
    noor = cast.noor.participant
    chosen, other = list(load_starter().values())[:2]
    with database.transaction() as session:
        sync_starter(session, load_starter(), NOW)
        make_assignment(session, participant=noor, local_date=TODAY, slug=chosen.slug, alternatives=[(other.slug, 1)])
        beep = make_beep(session, participant=noor, slot=0, due_at=NOW - timedelta(hours=3), window_min=600)

    def say(outcome: str, slug: str, minute: int) -> None:
        body = {"outcome": outcome, "slug": slug, "at": (NOW - timedelta(minutes=minute)).isoformat()}
        answer = client.put(f"/api/v1/beeps/{beep.id}/challenge", json=body, headers=cast.noor.headers)
        assert answer.status_code == 200

    def remembered() -> str | None:
        with database.reading() as session:
            return load_cards(session, {noor.id}, since=TODAY)[0][4]

    say("swapped", other.slug, 30)
    assert remembered() is None
    say("done", other.slug, 20)
    assert remembered() == other.slug
    say("skipped", other.slug, 25)  # an older word that came late changes nothing
    assert remembered() == other.slug
    say("skipped", other.slug, 10)
    assert remembered() is None
    with database.reading() as session:
        assert session.get_one(Assignment, (noor.id, TODAY)).slug == chosen.slug
