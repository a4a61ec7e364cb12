"""The day means of Fried's file by a few lines of their own, and those that the trends tell."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

Means = dict[str, tuple[float, int]]


def means_in(file: Path) -> dict[str, dict[str, Means]]:
    """{participant: {measure: {date: (mean, answers)}}}, with nothing of ours but the two formulas.

    mood: the opposite of Q1-Q6 and Q10 (1..5 as 100..0), when at least four were answered. social_contact: Q11, 1..5
    as 0..100. The date is that of the answer.
    """
    values: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            person, day = values[row["ID"]], row["Response"][:10]
            felt = [float(row[item]) for item in ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q10") if row[item] != "NA"]
            if len(felt) >= 4:
                person["mood"][day].append(fmean((5 - answer) * 25 for answer in felt))
            if row["Q11"] != "NA":
                person["social_contact"][day].append((float(row["Q11"]) - 1) * 25)
    return {
        name: {measure: {day: (fmean(x), len(x)) for day, x in days.items()} for measure, days in person.items()}
        for name, person in values.items()
    }


def means_of(picture: dict[str, Any]) -> dict[str, Means]:
    """The same of what GET /trends says."""
    return {
        key: {day["date"]: (day["mean"], day["n"]) for day in picture["measures"][key]["days"] if day["n"]}
        for key in ("mood", "social_contact")
    }


def assert_same(told: dict[str, Means], expected: dict[str, Means]) -> None:
    for measure in ("mood", "social_contact"):
        assert told[measure].keys() == expected[measure].keys()
        for day, (mean, n) in expected[measure].items():
            assert told[measure][day] == (pytest.approx(mean, abs=1e-9), n)
