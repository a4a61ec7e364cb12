from typing import Any

import pytest

from server.db import Database
from server.people.models import Participant
from server.people.service import RhythmInfeasible, RhythmInvalid, change_me
from server.studies.calendar import ZoneUnknown
from tests.cast import NOW, Cast
from tests.databases import both_databases

SCHOOL = {
    "school": {"start": "07:00", "end": "22:00", "quiet": [["08:30", "15:00"]]},
    "free": {"start": "10:00", "end": "22:00", "quiet": []},
    "school_days": [1, 2, 3, 4, 5],
}


def change(database: Database, participant: Participant, changes: dict[str, Any]) -> tuple[Participant, bool]:
    with database.transaction() as session:
        return change_me(session, participant, changes, now=NOW)


@both_databases
def test_a_rhythm_is_kept_and_asks_for_new_plans(database: Database, cast: Cast) -> None:
    changed, replan = change(database, cast.noor.participant, {"rhythm": SCHOOL})
    assert (changed.rhythm, replan) == (SCHOOL, True)
    with database.reading() as session:
        assert session.get_one(Participant, cast.noor.participant.id).rhythm == SCHOOL
        assert session.get_one(Participant, cast.sam.participant.id).rhythm is None


def test_the_same_rhythm_again_changes_no_plan(database: Database, cast: Cast) -> None:
    change(database, cast.noor.participant, {"rhythm": SCHOOL})
    assert change(database, cast.noor.participant, {"rhythm": SCHOOL})[1] is False
    assert change(database, cast.noor.participant, {"rhythm": None})[1] is True
    assert change(database, cast.noor.participant, {})[1] is False


def test_a_language_changes_no_plan(database: Database, cast: Cast) -> None:
    changed, replan = change(database, cast.noor.participant, {"language": "en"})
    assert (changed.language, replan) == ("en", False)


def test_a_zone_keeps_the_rhythm_and_asks_for_new_plans(database: Database, cast: Cast) -> None:
    change(database, cast.noor.participant, {"rhythm": SCHOOL})
    changed, replan = change(database, cast.noor.participant, {"zone": "America/New_York"})
    assert (changed.zone, changed.rhythm, replan) == ("America/New_York", SCHOOL, True)


def test_a_day_too_full_is_refused_with_its_reasons_in_both_languages(database: Database, cast: Cast) -> None:
    narrow = {"school": {"start": "09:00", "end": "22:00", "quiet": [["09:00", "21:00"]]}}
    with pytest.raises(RhythmInfeasible) as refusal:
        change(database, cast.noor.participant, {"rhythm": narrow})
    error = refusal.value.errors[0]
    assert (error["where"], error["code"]) == ("rhythm.school", "beeps-do-not-fit")
    assert set(error["text"]) == {"nl", "en"}
    with database.reading() as session:
        assert session.get_one(Participant, cast.noor.participant.id).rhythm is None


def test_every_mistake_in_a_rhythm_is_named(database: Database, cast: Cast) -> None:
    broken = {"school": {"start": "7 o'clock"}, "school_days": [0], "colour": "green"}
    with pytest.raises(RhythmInvalid) as refusal:
        change(database, cast.noor.participant, {"rhythm": broken})
    assert [error["where"] for error in refusal.value.errors] == [
        "rhythm.colour",
        "rhythm.school.start",
        "rhythm.school_days",
    ]


def test_a_zone_must_be_somewhere(database: Database, cast: Cast) -> None:
    with pytest.raises(ZoneUnknown):
        change(database, cast.noor.participant, {"zone": "Nowhere"})
