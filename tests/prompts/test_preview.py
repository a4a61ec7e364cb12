"""Looking at a protocol before it runs: rows with local times, and a picture."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from itertools import groupby

import pytest

from prompts.catalogue import load_protocols
from prompts.preview import draw_picture, preview, read_quiet

ZONE = "Europe/Amsterdam"
FRIDAY = date(2026, 3, 27)
SCHOOL = ((time(8, 30), time(15)),)


def test_rows_are_json_with_local_times_and_their_offset() -> None:
    rows = list(preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 5, 2, 1))
    assert len(rows) == 2 * 5 * 6
    assert list(rows[0]) == ["person", "date", "slot", "kind", "due_at", "expires_at", "instrument"]
    assert json.loads(json.dumps(rows)) == rows
    for row in rows:
        due, expires = datetime.fromisoformat(row["due_at"]), datetime.fromisoformat(row["expires_at"])
        assert row["due_at"].endswith("+01:00" if row["date"] < "2026-03-29" else "+02:00")
        assert due.date().isoformat() == row["date"]
        assert time(9) <= due.time() < expires.time() <= time(21)
        if row["kind"] == "challenge":
            assert (row["slot"], row["instrument"], expires.time()) == (0, None, time(21))
            assert time(9) <= due.time() < time(9, 30)
        else:
            assert expires - due == timedelta(minutes=60)


def test_every_day_is_in_the_order_of_the_clock_and_has_its_instruments() -> None:
    rows = preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 3, 20, 1, SCHOOL)
    for _, group in groupby(rows, key=lambda row: (row["person"], row["date"])):
        day = list(group)
        assert [row["due_at"] for row in day] == sorted(row["due_at"] for row in day)
        asked = [row["instrument"] for row in day if row["kind"] == "questionnaire"]
        assert asked == ["morning.1", "momentary.1", "momentary.1", "momentary.1", "evening.1"]


def test_quiet_holds_on_every_day_also_for_reminders_and_the_challenge() -> None:
    for row in preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 5, 30, 1, SCHOOL):
        due = datetime.fromisoformat(row["due_at"])
        for push in (0, 15):
            assert not time(8, 30) <= (due + timedelta(minutes=push)).time() < time(15)


def test_the_same_seed_shows_the_same_plans_and_another_seed_others() -> None:
    protocol = load_protocols()["grow-it.1"]
    first, again, other = (list(preview(protocol, ZONE, FRIDAY, 2, 3, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    people = {tuple(row["due_at"] for row in first if row["person"] == person) for person in (1, 2, 3)}
    assert len(people) == 3


def test_the_picture_has_a_line_for_each_day_with_every_beep_on_its_hour() -> None:
    rows = list(preview(load_protocols()["school-day.1"], ZONE, FRIDAY, 2, 1, 1))
    picture = draw_picture(rows, 100).splitlines()
    assert max(len(line) for line in picture) <= 100
    assert [line.split("│")[0].strip() for line in picture[1:4]] == [
        "1 Fri 2026-03-27",
        "1 Sat 2026-03-28",
        "all together",
    ]
    marks = picture[1].split("│")[1]
    assert (marks.count("●"), marks.count("◆")) == (4, 1)
    ruler, start = picture[0], picture[1].index("│") + 1
    assert picture[1][ruler.index("16")] == "●"
    assert picture[1][ruler.index("20")] == "●"
    assert ruler.index("07") == start
    assert "8 questionnaires" in picture[-1]


def test_the_picture_shades_quiet_windows_and_says_so() -> None:
    rows = list(preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 1, 1, 1, SCHOOL))
    shaded = draw_picture(rows, 100, SCHOOL)
    line = shaded.splitlines()[1].split("│")[1]
    assert line.count("░") == pytest.approx(len(line) * 6.5 / 13, abs=2)
    assert line.rindex("░") < min(line.index(mark) for mark in "●◆◈" if mark in line)
    assert "░ quiet" in shaded
    assert "░" not in draw_picture(preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 1, 1, 1), 100)


def test_many_people_are_summed_up_rather_than_listed() -> None:
    rows = list(preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 2, 100, 1))
    picture = draw_picture(rows, 80)
    assert len(picture.splitlines()) < 50
    assert "… and 160 more days" in picture
    assert "200 days of 100 people, 1000 questionnaires" in picture


def test_one_is_not_many() -> None:
    picture = draw_picture(preview(load_protocols()["grow-it.1"], ZONE, FRIDAY, 1, 1, 1), 100)
    assert "1 day of 1 person, 5 questionnaires" in picture
    assert "the highest bar 1 questionnaire" in picture


def test_a_day_after_midnight_stays_on_its_line() -> None:
    rows = [
        {"person": 1, "date": "2026-03-27", "kind": "questionnaire"}
        | {"due_at": "2026-03-27T22:00:00+01:00", "expires_at": "2026-03-27T23:00:00+01:00"},
        {"person": 1, "date": "2026-03-27", "kind": "questionnaire"}
        | {"due_at": "2026-03-28T01:30:00+01:00", "expires_at": "2026-03-28T02:30:00+01:00"},
    ]
    lines = draw_picture(rows, 80).splitlines()
    assert lines[1].split("│")[1].count("●") == 2
    assert lines[0].split() == ["22", "23", "00", "01", "02", "03"]


def test_nothing_planned_says_so() -> None:
    assert draw_picture([], 80) == "No beeps are planned."


def test_a_quiet_window_is_read_from_the_command_line() -> None:
    assert read_quiet("08:30-15:00") == SCHOOL[0]
    for wrong in ("8:30-15:00", "08:30", "08:30-08:30", "08:30-25:00", ""):
        with pytest.raises(ValueError, match="quiet window"):
            read_quiet(wrong)
