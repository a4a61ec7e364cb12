"""The leaks that are easy to miss, each by its name, looked for in the files as an attacker would.

The table in ``docs/privacy/README.md`` says which test stands for which leak.
"""

import json
import random
import re
import shutil
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.config import Settings
from server.content import instruments
from server.coordination.models import Scheduled
from server.db import Database
from server.delivery.models import Attempt
from server.diary.models import ChallengeOutcome
from server.export import service
from server.export.aggregate import merge_quarters
from server.export.calendar_items import calendar_items
from server.export.command import run_export
from server.export.dated import Dated, cover_dated
from server.export.request import NotAnonymousEnough, Request, Responsible
from server.export.tables import cross, protect
from server.people.models import Participant
from server.planning.models import Assignment, Beep, Pause
from server.studies.service import find_study
from tests.export_studies import AFTERWARDS, CANARY
from tests.factories import add, letters, make_beep, make_participant, make_response, make_study
from tests.server.export.conftest import Bundle, export
from tests.server.export.opened import everything, files_of

K = 5
MONDAY = date(2026, 3, 2)
BEFORE = datetime(2026, 3, 1, 12, tzinfo=AFTERWARDS.tzinfo)
CLOCKS_CHANGE = date(2026, 3, 29)
DUMMY = Request(dummy_calendar=True, sav=False, openesm=False, ranking=("age",))
PLAIN = replace(DUMMY, dummy_calendar=False)
LINKED = replace(DUMMY, profile="linked", agreement="1")
Change = Callable[[Session, Participant, int], None]


def made_of(template: Path, folder: Path, fill: Callable[[Session], Sequence[uuid.UUID]], request: Request) -> Bundle:
    """The bundle of a study of one's own, called ``leaky``; its ids in ``Bundle.plan.ids``."""
    folder.mkdir()
    shutil.copy(template, folder / "kiem.sqlite3")
    database = Database(f"sqlite:///{folder / 'kiem.sqlite3'}")
    with database.transaction() as session:
        fill(session)
    made = export(database, "leaky", folder / "out", request)
    database.dispose()
    return made


def live(
    session: Session,
    starts: Iterable[date],
    *,
    days: Callable[[int], int] = lambda _number: 8,
    born: Callable[[int], int | None] = lambda _number: 2008,
    offset: Callable[[int], int] = lambda _number: 60,
    seconds: Callable[[int], int] = lambda _number: 0,
    sent: Callable[[date, int], bool] = lambda _day, _number: True,
    hour: Callable[[int], int] = lambda _number: 12,
) -> list[uuid.UUID]:
    """People with two beeps a day of their own wall clock, most answered."""
    study = make_study(session, name="leaky")
    ids = []
    for number, start in enumerate(starts):
        person = make_participant(
            session,
            study=study,
            code=f"LEAK{letters(number)}",
            starts_on=start,
            ends_on=start + timedelta(days=days(number) - 1),
            birth_year=born(number),
        )
        ids.append(person.id)
        for day in range(days(number)):
            for slot in (1, 2):
                on = start + timedelta(days=day)
                wall = datetime(on.year, on.month, on.day, hour(number) + slot, 7)
                shift = offset(number) if on < CLOCKS_CHANGE else offset(number) + 60
                due = wall.replace(tzinfo=AFTERWARDS.tzinfo) - timedelta(minutes=shift)
                beep = make_beep(session, participant=person, local_date=on, slot=slot, due_at=due)
                beep.utc_offset_min = shift
                accepted = sent(on, number)
                push(session, person, on, slot, due, "accepted" if accepted else "error")
                if accepted and (day + slot + number) % 3:
                    at = due + timedelta(minutes=7, seconds=seconds(number))
                    make_response(session, beep=beep, answers={"pa_cheerful": 50}, finished_at=at)
    return ids


def push(session: Session, person: Participant, on: date, slot: int, at: datetime, outcome: str) -> None:
    told = {"stage": 0, "outcome": outcome, "http_status": None, "took_ms": None, "device_id": uuid.UUID(int=5)}
    add(session, Attempt(participant_id=person.id, local_date=on, slot=slot, at=at, **told))


def warned(made: Bundle) -> set[str]:
    return {one["code"] for one in json.loads((made.folder / "disclosure_risk.json").read_bytes())["warnings"]}


def smallest(groups: Mapping[Any, Any] | Counter[Any]) -> int:
    return min(groups.values())


# 1 -------------------------------------------------------------------------------------------------------------------


def test_clock_change_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """The same wall-clock diary over the change of 29 March and in February: the same rows, byte for byte."""
    rows = []
    for name, monday in (("winter", date(2026, 2, 2)), ("change", date(2026, 3, 23))):
        made = made_of(sqlite_template, tmp_path / name, lambda session, on=monday: live(session, [on] * 10), DUMMY)
        order = {mine: place for place, mine in enumerate(made.plan.ids[key] for key in _by_code(made))}
        told = made.read("beeps.csv").with_columns(pl.col("id").replace_strict(order)).sort("id", "obsno")
        assert told.filter(valid=1).height > 90
        rows.append(told.write_csv())
    assert rows[0] == rows[1]


def _by_code(made: Bundle) -> list[str]:
    """Keys of the people in the order in which they were made."""
    database = Database(f"sqlite:///{made.zip.parent.parent / 'kiem.sqlite3'}")
    with database.reading() as session:
        people = session.query(Participant).order_by(Participant.code).all()
    database.dispose()
    return [str(person.id) for person in people]


# 2 -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rare", [2, 6])
def test_start_weekday_leak(sqlite_template: Path, tmp_path: Path, rare: int) -> None:
    """Most begin on a Monday, few on a Wednesday: whatever the rows tell of that is told of five people at least."""
    starts = [MONDAY] * 14 + [MONDAY + timedelta(days=2)] * rare
    made = made_of(sqlite_template, tmp_path / "made", lambda session: live(session, starts), DUMMY)
    beeps = made.read("beeps.csv")
    weekends = beeps.filter(pl.col("weekend") == 1) if "weekend" in beeps.columns else beeps.clear()
    from_weekend = weekends.group_by("id").agg(pl.col("dayno").min())
    from_calendar = beeps.filter(dayno=1).group_by("id").agg(pl.col("scheduled").min().str.head(10))
    known = dict(from_weekend.iter_rows())
    guesses = {person: (known.get(person), began) for person, began in from_calendar.iter_rows()}
    assert len(guesses) == len(starts)
    assert smallest(Counter(guesses.values())) >= K
    told = Counter(first for first, _ in guesses.values())
    assert told == ({6: 14, 4: 6} if rare >= K else {6: 11, None: K}), "and no more is withheld than must be"


def test_school_day_leak(small_file: Path, bundle: Bundle, tmp_path: Path) -> None:
    """Whether today is a school day shows holidays beside \"weekend\", and so dates: only an agreement lets it out."""
    ids = {item.id for one in bundle.plan.instruments for item in instruments()[one.key].items}
    assert "sl_school" in ids, "no questionnaire of the study asks for it: the example shows nothing"
    for request in (PLAIN, replace(PLAIN, profile="open")):
        made = made_with_weekdays(small_file, tmp_path / request.profile, [0] * 36, request)
        assert "weekend" in columns_of(made)
        assert "sl_school" not in columns_of(made)
        assert "school-days-withheld" in warned(made)
        assert "school-days-show" not in warned(made)
        assert "without items about school days" in (made.folder / "README.md").read_text()


def test_school_days_under_an_agreement_go_with_the_weekend(small_file: Path, tmp_path: Path) -> None:
    told = made_with_weekdays(small_file, tmp_path / "told", [0] * 36, LINKED)
    assert "sl_school" in columns_of(told)
    assert "school-days-show" in warned(told), "where weekdays are told it stays, and that is said"
    spread = made_with_weekdays(small_file, tmp_path / "spread", [number % 7 for number in range(36)], LINKED)
    assert not {"weekend", "sl_school"} & columns_of(spread)
    assert {"answers-may-show-weekend", "school-days-withheld"} <= warned(spread)
    assert "items about school days" in (spread.folder / "README.md").read_text()
    few = made_with_weekdays(small_file, tmp_path / "few", [2 if number < 2 else 0 for number in range(36)], LINKED)
    rows = few.read("beeps.csv").with_columns(hidden=pl.col("weekend").is_null())
    assert rows.filter("hidden")["id"].n_unique() == K
    assert set(rows.filter("hidden")["sl_school"]) == {-97}
    assert {1, 2} & set(rows.filter(~pl.col("hidden"))["sl_school"])


def columns_of(made: Bundle) -> set[str]:
    return {column.name for table in made.built.contents.tables for column in table.columns}


def made_with_weekdays(file: Path, folder: Path, shifts: Sequence[int], request: Request) -> Bundle:
    """The study ``small`` of which everybody begins so many days later, with all that is hers."""
    folder.mkdir()
    shutil.copy(file, folder / "kiem.sqlite3")
    database = Database(f"sqlite:///{folder / 'kiem.sqlite3'}")
    with database.transaction() as session:
        for person, shift in zip(session.scalars(select(Participant).order_by(Participant.id)), shifts, strict=True):
            person.starts_on += timedelta(days=shift)
            person.ends_on += timedelta(days=shift)
    began = f"(SELECT julianday(starts_on) - julianday('{MONDAY}') FROM participant p WHERE p.id = participant_id)"  # noqa: S608
    with closing(sqlite3.connect(folder / "kiem.sqlite3")) as connection:  # a plain one asks for no foreign keys
        for table in ("beep", "attempt", "receipt", "response", "assignment", "challenge_outcome"):
            for days in (f"700 + {began}", "-700"):  # by way of another year, where no day is taken
                moved = f"date(local_date, CAST({days} AS INTEGER) || ' days')"
                connection.execute(f"UPDATE {table} SET local_date = {moved}")  # noqa: S608
        connection.commit()
    made = export(database, "small", folder / "out", request)
    database.dispose()
    return made


def test_every_item_that_the_calendar_answers_is_known_as_one() -> None:
    asked = {
        item.id
        for one in instruments().values()
        for item in one.items
        if re.search(r"schooldag|school- of werkdag|weekend|vakantie|vrije dag|feestdag", item.prompt["nl"].lower())
    }
    assert asked == calendar_items(instruments().values()) == {"sl_school"}


# 3 -------------------------------------------------------------------------------------------------------------------


def test_one_start_date_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """Where everybody began on one day, the day number is the calendar: nothing can be done, and it is said."""
    together = made_of(sqlite_template, tmp_path / "one", lambda session: live(session, [MONDAY] * 10), DUMMY)
    spread = [MONDAY + timedelta(weeks=number) for number in range(10)]
    apart = made_of(sqlite_template, tmp_path / "ten", lambda session: live(session, spread), DUMMY)
    assert "one-start-date" in warned(together)
    assert "one-start-date" not in warned(apart)
    report = (together.folder / "disclosure_risk.md").read_text()
    assert "Everybody began on the same day" in report
    assert "2026" not in report, "and the day is not told with it"


# 4 -------------------------------------------------------------------------------------------------------------------


def test_row_order_leak(little: Bundle) -> None:
    """Rows stand in the order of random ids, in every file, not in the order of joining."""
    people = little.read("participants.csv")["id"].to_list()
    assert people == sorted(people)
    for name in ("beeps.csv", "challenges.csv", "events.csv"):
        ids = little.read(name)["id"].unique(maintain_order=True).to_list()
        assert ids == sorted(ids), name
    joined = sorted(little.plan.members, key=lambda member: (member.starts_on, member.key))
    assert [little.plan.ids[member.key] for member in joined] != people


# 5 -------------------------------------------------------------------------------------------------------------------


def test_shared_outage_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """An hour in which no phone was reached lines calendars up: it is told as a danger, without the hour."""
    starts = [MONDAY + timedelta(weeks=number % 2) for number in range(12)]

    def out(on: date, _number: int) -> bool:
        return on != MONDAY + timedelta(days=7)

    calm = made_of(sqlite_template, tmp_path / "calm", lambda session: live(session, starts), DUMMY)
    broken = made_of(sqlite_template, tmp_path / "out", lambda session: live(session, starts, sent=out), DUMMY)
    assert "shared-outage" in warned(broken) - warned(calm)


def test_challenge_dates_leak(little: Bundle, small_file: Path, tmp_path: Path) -> None:
    """A challenge that all are given on one date, or that only some weekdays or a season allow, has no name in a row;
    nor is "other" of its strategy just another name for it."""
    on = date(2026, 3, 3)
    shutil.copy(small_file, tmp_path / "kiem.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'kiem.sqlite3'}")
    with database.transaction() as session:
        study = find_study(session, "small")
        session.add(Scheduled(study_id=study.id, local_date=on, slug="bragging-allowed", by="Rena", made_at=AFTERWARDS))
        session.execute(update(Assignment).where(Assignment.local_date == on).values(slug="bragging-allowed"))
        session.execute(delete(ChallengeOutcome).where(ChallengeOutcome.local_date == on))
    made = export(database, "small", tmp_path / "out", DUMMY)
    published = export(database, "small", tmp_path / "open", replace(DUMMY, profile="open", dummy_calendar=False))
    database.dispose()
    rows = published.read("challenges.csv")
    assert (set(rows["strategy"]), set(rows["challenge"])) == ({"other"}, {"other"}), (
        "a strategy may date a row as well"
    )
    assert "challenge-dates" not in warned(published)
    rows = made.read("challenges.csv")
    assert "bragging-allowed" not in everything(made.zip).decode("latin-1")
    fixed = set(rows.filter(pl.col("dayno") == 2)["strategy"])
    assert len(fixed) == 1, "the strategy stays"
    assert set(rows.filter(pl.col("strategy").is_in(fixed))["challenge"]) == {"other"}
    assert {"challenge-dates", "challenges-unnamed"} <= warned(made)
    assert "challenge-dates" not in warned(little)
    bound = {"room-for-one-more", "that-phone-call", "proof-of-spring", "leaf-of-the-year"}
    assert little.plan.dated.slugs == bound
    assert not bound & set(little.read("challenges.csv")["challenge"])


def test_dated_challenges_are_told_with_others_of_their_strategy() -> None:
    rows = {"fixed": 40, "alike": 50, "weekday": 10, "rare": 4, "usual": 7, "often": 30, "elsewhere": 5}
    strategies = dict.fromkeys(("fixed", "alike"), "humour") | dict.fromkeys(
        ("weekday", "rare", "usual", "often"), "support"
    )
    dated = Dated(fixed=frozenset({"fixed"}), bound=frozenset({"weekday", "never given"}))
    assert cover_dated(dated, rows, strategies) == {"fixed", "alike", "weekday", "rare", "usual"}
    assert cover_dated(Dated(), rows, strategies) == frozenset()


def test_questionnaire_version_leak(little: Bundle) -> None:
    """No row says by which version, app or form it was made."""
    told = set(little.read("beeps.csv")["questionnaire"])
    assert told == {one.id for one in little.plan.instruments}
    assert not [one for one in told if any(mark.isdigit() for mark in one)]
    names = {column.name for table in little.built.contents.tables for column in table.columns}
    assert names.isdisjoint({"version", "app", "device", "platform", "zone", "utc_offset", "rules", "protocol"})


def test_changed_rules_leak(small_file: Path, little: Bundle, tmp_path: Path) -> None:
    """Beeps of one day and of the next were planned under other rules: what jumps there is a date, and it is told."""
    shutil.copy(small_file, tmp_path / "kiem.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'kiem.sqlite3'}")
    changed = MONDAY + timedelta(days=1)
    with database.transaction() as session:
        session.execute(update(Beep).where(Beep.local_date >= changed).values(rules=1))
    made = export(database, "small", tmp_path / "out", DUMMY)
    database.dispose()
    assert "rules-change" in warned(made) - warned(little)
    assert "1 times" in (made.folder / "disclosure_risk.md").read_text()


# 6 -------------------------------------------------------------------------------------------------------------------


def test_time_zone_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """Whoever was abroad with her wall clock has the rows of whoever was not."""

    def fill(session: Session) -> list[uuid.UUID]:
        return live(session, [MONDAY] * 12, offset=lambda number: 540 if number % 2 else 60)

    made = made_of(sqlite_template, tmp_path / "made", fill, DUMMY)
    beeps = made.read("beeps.csv")
    keys = _by_code(made)
    for number in (0, 1):  # (day + slot + number) % 3 decides who answers; 0 and 6, 1 and 7 are alike
        alike = [made.plan.ids[keys[place]] for place in (number, number + 3)]
        one, other = (beeps.filter(id=mine).drop("id") for mine in alike)
        assert one.equals(other)
    assert b"+09" not in everything(made.zip)


def test_seconds_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """No second survives, so a second known of somebody is not found."""

    def fill(session: Session) -> list[uuid.UUID]:
        return live(session, [MONDAY] * 10, seconds=lambda number: 3 * number)

    beeps = made_of(sqlite_template, tmp_path / "made", fill, DUMMY).read("beeps.csv")
    for name in ("resp_delay_min", "duration_min"):
        assert beeps[name].dtype == pl.Int64
    for name in ("scheduled", "sent", "start", "end"):
        minutes = set(beeps[name].drop_nulls().str.slice(14))
        assert minutes <= {"00:00", "15:00", "30:00", "45:00"}, name


def test_waking_hours_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """Somebody whose beeps begin at five in the morning is alone in it: that is told."""

    def fill(session: Session) -> list[uuid.UUID]:
        return live(session, [MONDAY] * 12, hour=lambda number: 4 if number == 0 else 12)

    made = made_of(sqlite_template, tmp_path / "made", fill, DUMMY)
    assert "rare-hours" in warned(made)
    usual = made_of(sqlite_template, tmp_path / "usual", lambda session: live(session, [MONDAY] * 12), DUMMY)
    assert "rare-hours" not in warned(usual)


def test_rare_status_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """Of four people the rows say that they paused: fewer than k, and that is told."""

    def fill(paused: int) -> Callable[[Session], list[uuid.UUID]]:
        def live_with_pauses(session: Session) -> list[uuid.UUID]:
            ids = live(session, [MONDAY] * 12, sent=lambda on, number: number >= paused or on != MONDAY)
            for person in ids[:paused]:
                add(session, Pause(participant_id=person, number=1, starts_on=MONDAY, ends_on=MONDAY, made_at=BEFORE))
            return ids

        return live_with_pauses

    few, many = (made_of(sqlite_template, tmp_path / str(number), fill(number), DUMMY) for number in (4, 6))
    assert few.read("beeps.csv").filter(status=6)["id"].n_unique() == 4
    assert "rare-status" in warned(few) - warned(many)
    assert "4 people have status 6" in (few.folder / "disclosure_risk.md").read_text()


def test_study_length_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """Six days instead of three with one person: refused; the first days of all tell nobody apart."""

    def fill(session: Session) -> list[uuid.UUID]:
        return live(session, [MONDAY] * 11, days=lambda number: 6 if number == 0 else 3)

    for profile in (DUMMY, replace(DUMMY, profile="linked", agreement="1")):
        with pytest.raises(NotAnonymousEnough, match="--days 3"):
            made_of(sqlite_template, tmp_path / profile.profile, fill, profile)
    cut = made_of(sqlite_template, tmp_path / "cut", fill, replace(DUMMY, days=3))
    assert smallest(Counter(cut.read("beeps.csv")["id"].to_list())) == 6
    assert cut.read("beeps.csv").group_by("id").len()["len"].unique().to_list() == [6]
    assert "lengths-differ" not in warned(cut)


# 7 -------------------------------------------------------------------------------------------------------------------


def test_missing_demographic_leak(sqlite_template: Path, tmp_path: Path) -> None:
    """One person of unknown age is a group of one: missing counts as a value like any other."""

    def fill(session: Session) -> list[uuid.UUID]:
        return live(session, [MONDAY] * 12, born=lambda number: None if number == 0 else 2008)

    made = made_of(sqlite_template, tmp_path / "made", fill, DUMMY)
    people = made.read("participants.csv")
    told = people["age"].to_list() if "age" in people.columns else [None] * people.height
    assert smallest(Counter(told)) >= K
    assert "missing" not in told


def test_demographics_in_a_bundle_reach_k_with_what_the_rows_show(bundle: Bundle) -> None:
    people = bundle.read("participants.csv")
    shows = bundle.read("beeps.csv").group_by("id").agg(pl.col("weekend").null_count() == 0)
    classes = people.join(shows, on="id").group_by("age", "language", "weekend").len()
    assert classes["len"].min() >= K  # type: ignore[operator]


# 8 -------------------------------------------------------------------------------------------------------------------


def test_margins_leak() -> None:
    """A hidden cell is not what its row or column lacks: every hidden count has a range of at least two values."""
    rng = random.Random(8)
    for _ in range(20):
        people = [{"a": rng.choice("xyz"), "b": rng.choices("pqr", [30, 20, 1])[0]} for _ in range(80)]
        shown = protect(cross(people, ("a", "b")), least=10)
        hidden = [cell for cell, count in shown.cells.items() if count is None]
        for a, b in hidden:
            in_row = [cell for cell in hidden if cell[0] == a]
            in_column = [cell for cell in hidden if cell[1] == b]
            assert len(in_row) > 1 or shown.row_totals[a] is None
            assert len(in_column) > 1 or shown.column_totals[b] is None


def test_zeros_in_tables_leak(garden: Database, tmp_path: Path) -> None:
    """That nobody ever chose something is told of everybody: the table has both its lines, and neither its number."""
    tables = export(garden, "garden", tmp_path / "out", Request(profile="aggregate"))
    counts = tables.read("counts.csv").filter(pl.col("by").is_null(), pl.col("label") != "total")
    lines = counts.group_by("variable").agg(pl.col("label").sort(), pl.col("persons").null_count().alias("hidden"))
    by_variable = {name: (labels, hidden) for name, labels, hidden in lines.iter_rows()}
    assert by_variable.pop("answered") == (["0-50%", "50-75%", "75-100%"], 0)
    assert {tuple(labels) for labels, _ in by_variable.values()} == {("no", "yes")}
    assert {hidden for _, hidden in by_variable.values()} == {0, 2}, "both or neither: one follows from the other"
    whole = counts["persons"].drop_nulls()
    assert whole.max() < len(tables.plan.members)  # type: ignore[operator]
    assert whole.min() >= 10  # type: ignore[operator]


def test_a_quarter_of_few_people_goes_with_its_neighbour() -> None:
    spread = [0.1] * 3 + [0.3] * 9 + [0.6] * 40 + [1.0] * 10
    assert merge_quarters(spread, least=10) == ("0-50%", "0-50%", "50-75%", "75-100%")
    assert merge_quarters(spread[:-1], least=10) == ("0-50%", "0-50%", "50-100%", "50-100%")
    assert merge_quarters([0.9] * 90, least=10) == ("0-100%",) * 4


def test_a_zero_is_a_line_and_is_hidden() -> None:
    counted = cross([{"a": "yes"}] * 90, ("a", None), {"a": ("no", "yes")})
    assert (counted.rows, counted.cells) == (("no", "yes"), ((0,), (90,)))
    assert set(protect(counted, least=10).cells.values()) == {None}


# 9 -------------------------------------------------------------------------------------------------------------------


def test_intersected_exports_leak(small_file: Path, settings: Settings, tmp_path: Path) -> None:
    """Age in one export and language in the next leave people alone together: who asks for the second is told."""
    shutil.copy(small_file, settings.database_url.removeprefix("sqlite:///"))
    rena = Responsible(reason="A paper", requested_by="Rena")
    first = Request(ranking=("age",), sav=False, openesm=False)
    assert run_export(settings, "small", first, rena, tmp_path / "1.zip", as_json=True) == 0
    database = Database(settings.database_url)
    with service.one_moment(database) as session:
        study = find_study(session, "small")
        plans = [
            service.prepare(session, study, Request(ranking=ranking), key=b"s" * 32, now=AFTERWARDS)
            for ranking in (("age",), ("language",))
        ]
    database.dispose()
    told = [plan.anonymised.rows for plan in plans]
    together = Counter((told[0][key].get("age"), told[1][key].get("language")) for key in told[0])
    assert smallest(together) < K, "nobody would be alone: the example shows nothing"
    assert [code for plan in plans for overlap in plan.overlaps for code in overlap.codes] == ["demographics-combine"]
    assert plans[0].anonymised.levels["age"] == plans[0].keep_levels["age"], "what is told twice is told as before"


def test_matching_rows_leak(garden: Database, bundle: Bundle, tmp_path: Path) -> None:
    """By one item's series nearly everybody of one bundle is found in another, with other ids: both reports say so."""
    other = export(garden, "garden", tmp_path / "out", Request(profile="open"), key=b"another key of 32 bytes, a tests")
    series = [
        {tuple(answers): name for name, answers in made.read("beeps.csv").group_by("id").agg("pa_cheerful").iter_rows()}
        for made in (bundle, other)
    ]
    assert not set(bundle.plan.ids.values()) & set(other.plan.ids.values())
    assert len(series[0].keys() & series[1].keys()) > 110, "the example shows nothing"
    for made in (bundle, other):
        assert "match row by row, whatever their ids" in (made.folder / "disclosure_risk.md").read_text()


# 10 ------------------------------------------------------------------------------------------------------------------


def test_metadata_leak(little: Bundle) -> None:
    """The zip and the files in it tell no time, no user, no path, and Parquet no more than the codebook."""
    import zipfile

    with zipfile.ZipFile(little.zip) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(entry.extra, entry.comment) for entry in archive.infolist()} == {(b"", b"")}
        assert archive.comment == b""
        assert archive.testzip() is None
    files = files_of(little.zip)
    assert set(pl.read_parquet_metadata(files["beeps.parquet"])) <= {"kiem.codebook", "ARROW:schema"}
    assert files["beeps.sav"][92:109] == b"01 Jan 0100:00:00"
    for mark in (b"pandas", b"/tmp", b"/home", str(little.zip.parent).encode()):
        assert not [name for name, content in files.items() if mark in content and name != "import.py"], mark


# 11 ------------------------------------------------------------------------------------------------------------------


def test_other_namely_leak(little: Bundle) -> None:
    """Text that somebody typed, also behind "other, namely", has no column, and none of it is in any byte."""
    typed = {item.id for one in little.plan.instruments for item in instruments()[one.key].items if item.type == "text"}
    assert typed, "no questionnaire of the study asks for text: the example shows nothing"
    names = {column.name for table in little.built.contents.tables for column in table.columns}
    assert names.isdisjoint(typed)
    assert CANARY.encode() not in everything(little.zip)
