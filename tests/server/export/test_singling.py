"""How few moments single somebody out."""

import csv
import random
from pathlib import Path

import pytest

from server.export.singling import Diaries, draw_curve, pattern_uniqueness, singling_out

FRIED = Path(__file__).parents[4] / "shared/data/fried2021/clean_ema.csv"


def test_who_answers_as_somebody_else_at_the_same_beeps_is_not_alone() -> None:
    twins: Diaries = {
        "noor": [(1, 1, (20,)), (1, 2, (30,)), (2, 1, (40,))],
        "sam": [(1, 1, (20,)), (1, 2, (30,)), (2, 1, (40,))],
    }
    assert singling_out(twins, known=3, when_known=True, rng=random.Random(1)) == 0.0


def test_the_same_answers_at_other_beeps_single_out_only_who_knows_when() -> None:
    shifted: Diaries = {"noor": [(1, 1, (20,)), (1, 2, (30,))], "sam": [(1, 1, (30,)), (1, 2, (20,))]}
    assert singling_out(shifted, known=1, when_known=True, rng=random.Random(1)) == 1.0
    assert singling_out(shifted, known=2, when_known=False, rng=random.Random(1)) == 0.0


def test_an_answer_given_twice_is_told_from_one_given_once() -> None:
    counted: Diaries = {"noor": [(1, 1, (20,)), (1, 2, (20,))], "sam": [(1, 1, (20,)), (1, 2, (90,))]}
    # Two of Noor's are 20 and 20, which Sam does not have; two of Sam's are 20 and 90, which Noor does not have.
    assert singling_out(counted, known=2, when_known=False, rng=random.Random(1)) == 1.0


def test_whoever_has_fewer_answers_is_left_out() -> None:
    few: Diaries = {"noor": [(1, 1, (20,))], "sam": [(1, 1, (20,)), (1, 2, (30,))]}
    assert singling_out(few, known=2, when_known=True, rng=random.Random(1)) == 1.0
    assert singling_out(few, known=3, when_known=True, rng=random.Random(1)) is None


def test_the_same_seed_gives_the_same_share() -> None:
    rng = random.Random(3)
    diaries = {f"p{n}": [(day, beep, (rng.randint(1, 5),)) for day in (1, 2) for beep in (1, 2, 3)] for n in range(30)}
    first, second = (draw_curve(diaries, items=["mood"], rng=random.Random(9)) for _ in range(2))
    assert first == second
    assert first.people == 30
    shares = [share for share in first.when_known.values() if share is not None]
    assert shares == sorted(shares)


def test_a_pattern_of_missed_beeps_that_nobody_shares_is_unique() -> None:
    assert pattern_uniqueness({"noor": "1101", "sam": "1111", "cleo": "1111", "rena": "111"}) == 0.5
    assert pattern_uniqueness({}) is None


def test_recorded_diaries_are_singled_out_as_often_as_was_measured() -> None:
    """79 students, three items, 1-5: about 18, 54, 73, 83, 91 percent with the calendar, 0, 2, 7, 12, 21 without."""
    if not FRIED.exists():
        pytest.skip("the recorded diaries of Fried et al. 2021 are not beside the checkout")
    diaries: dict[str, list[tuple[int, int, tuple[str, ...]]]] = {}
    with FRIED.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["Q1"] and row["Q2"] and row["Q3"]:
                entry = (int(row["Day"].replace("-", "")), int(row["beepvar"]), (row["Q1"], row["Q2"], row["Q3"]))
                diaries.setdefault(row["ID"], []).append(entry)
    curve = draw_curve(diaries, items=["Q1", "Q2", "Q3"], rng=random.Random(2021))
    assert curve.people == 79
    for known, measured in {1: 0.18, 2: 0.54, 3: 0.73, 4: 0.83, 6: 0.91}.items():
        assert curve.when_known[known] == pytest.approx(measured, abs=0.15)
    for known, measured in {1: 0.0, 2: 0.02, 3: 0.07, 4: 0.12, 6: 0.21}.items():
        assert curve.when_unknown[known] == pytest.approx(measured, abs=0.1)
