"""The risk report: what is measured, what is warned of, and words that promise no more than is kept."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.export.generalise import Value
from server.export.kanonymity import anonymise
from server.export.profiles import PROFILES, RESEARCH, Profile
from server.export.register import Overlap
from server.export.risk import Circumstances, Risk, assess
from server.export.risk_report import render
from server.export.risk_words import WARNINGS
from server.export.singling import Curve, draw_curve
from tests.server.export.people import KNOWN, SHOWN, imagine, people_of

START = date(2026, 9, 7)
CALM = Circumstances(
    start_dates=[START + timedelta(days=7 * (n % 6)) for n in range(120)], study_days=[21] * 120, weekend_told=True
)
CURVE = Curve(
    items=("mood", "stress"), people=120, when_known={1: 0.2, 3: 0.74, 6: 0.91}, when_unknown={1: 0.0, 3: 0.07, 6: None}
)
OVERLAP = Overlap(
    earlier="june",
    shared=119,
    only_new=1,
    only_earlier=0,
    k_joint=1,
    codes=("few-people-differ",),
    text={"nl": "van june", "en": "of june"},
)


def codes(circumstances: Circumstances, profile: Profile = RESEARCH, people: int = 120) -> set[str]:
    return {warning.code for warning in assess(profile=profile, people=people, circumstances=circumstances).warnings}


def full_report(**more: object) -> Risk:
    people = imagine(120)
    done = anonymise(people, ranking=["diagnosis", "age", "gender"], demographics=KNOWN, k=5, l=2)
    given = {"profile": RESEARCH, "people": 120, "circumstances": CALM, "anonymised": done, "curves": [CURVE]}
    return assess(**(given | {"patterns_unique": 0.98, "overlaps": [OVERLAP]} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start_dates": [START] * 120}, "one-start-date"),
        ({"start_dates": [START, START + timedelta(days=7)] * 60}, "few-start-dates"),
        ({"start_dates": [START + timedelta(days=n % 9) for n in range(120)]}, "start-weekday-shows"),
        ({"study_days": [21] * 119 + [42]}, "lengths-differ"),
        ({"outages": 2}, "shared-outage"),
        ({"versions_changed": 1}, "version-change"),
        ({"travelled": 3}, "zone-change"),
        ({"rare_hours": 1}, "rare-hours"),
        ({"seed_released": True}, "seed-released"),
    ],
)
def test_each_circumstance_that_gives_something_away_is_warned_of(change: dict[str, object], code: str) -> None:
    assert codes(CALM) == set()
    assert codes(replace(CALM, **change)) == {code}  # type: ignore[arg-type]


def test_a_weekday_that_no_row_tells_is_not_warned_of() -> None:
    spread = [START + timedelta(days=n % 9) for n in range(120)]
    assert codes(replace(CALM, start_dates=spread, weekend_told=False)) == set()


def test_hours_that_are_told_where_the_weekend_is_not_are_warned_of() -> None:
    days = ["mon"] * 30 + ["sat"]
    rows: list[dict[str, Value | None]] = [{"start_weekday": day} for day in days]
    weekday = {"start_weekday": SHOWN["start_weekday"]}

    def warned(name: str, share: float, rows: list[dict[str, Value | None]] = rows) -> bool:
        done = anonymise(people_of(rows), ranking=[], demographics=weekday, k=5, suppression_share=share)
        risk = assess(
            profile=PROFILES[name], people=31, circumstances=replace(CALM, weekend_told=share > 0), anonymised=done
        )
        return "hours-may-show-weekend" in {warning.code for warning in risk.warnings}

    assert warned("research", 0.0), "withheld of everybody"
    assert warned("research", 0.05), "withheld of five"
    assert not warned("open", 0.05), "no hours in it"
    assert not warned("research", 0.05, rows[:30]), "told of everybody"


def test_the_report_says_that_two_bundles_match_row_by_row_and_claims_nothing_of_what_is_not_asked() -> None:
    for name in ("research", "open", "linked"):
        text = render(assess(profile=PROFILES[name], people=120, circumstances=CALM))
        assert "match row by row" in text
        assert "passen rij voor rij op elkaar" in text
        assert "gender" not in text
        assert "geslacht" not in text
    assert "row by row" not in render(assess(profile=PROFILES["aggregate"], people=120, circumstances=CALM))


def test_linked_ids_are_not_praised_for_being_fresh() -> None:
    praise = "laying the ids of two exports side by side"
    written = {name: render(assess(profile=PROFILES[name], people=120, circumstances=CALM)) for name in PROFILES}
    assert {name for name, text in written.items() if praise in text} == {"research", "open"}


def test_a_length_that_one_person_has_is_a_danger_and_one_that_half_have_is_not() -> None:
    def severity(lengths: list[int]) -> str:
        risk = assess(profile=RESEARCH, people=120, circumstances=replace(CALM, study_days=lengths))
        return next(warning.severity for warning in risk.warnings if warning.code == "lengths-differ")

    assert severity([21] * 119 + [42]) == "danger"
    assert severity([21, 42] * 60) == "notice"


def test_too_few_people_and_a_k_that_was_missed_are_dangers() -> None:
    people = imagine(4)
    done = anonymise(people, ranking=["age"], demographics=KNOWN, k=5)
    risk = assess(profile=RESEARCH, people=4, circumstances=CALM, anonymised=done)
    assert [warning.code for warning in risk.warnings][:2] == ["too-few-people", "k-not-reached"]
    assert {warning.severity for warning in risk.warnings} == {"danger"}


def test_a_licence_to_pass_personal_data_on_is_warned_of() -> None:
    def warned(name: str, licence: str = "CC-BY-4.0") -> bool:
        risk = assess(profile=PROFILES[name], people=120, circumstances=CALM, licence=licence)
        return "licence-passes-on" in {warning.code for warning in risk.warnings}

    assert warned("research")
    assert warned("linked")
    assert not warned("open")
    assert not warned("aggregate")
    assert not warned("research", "")


def test_a_curve_over_a_sample_says_so() -> None:
    risk = full_report(people=5_000)
    assert "curve-of-sample" in {warning.code for warning in risk.warnings}


def test_the_worst_share_is_told_with_the_fewest_beeps_that_give_it() -> None:
    (found,) = [warning for warning in full_report().warnings if warning.code == "diaries-single-out"]
    assert "the answers to 2 items of 6 of somebody's answered beeps" in found.text["en"]
    assert "van 6 van iemands beantwoorde beeps de antwoorden op 2 vragen" in found.text["nl"]
    assert "91%" in found.text["en"]


@pytest.mark.parametrize("inside", [False, True])
def test_what_a_recipient_could_use_stays_inside(inside: bool) -> None:
    risk = full_report()
    written = render(risk, inside=inside) + json.dumps(risk.as_json(inside=inside))
    assert ("of june" in written) is inside


def test_the_report_holds_figures_and_both_languages() -> None:
    written = render(full_report())
    for part in (
        "Onthullingsrisico",
        "Disclosure risk",
        "| 20% | 74% | 91% |",
        "| 0% | 7% | - |",
        "98%",
        "gevraagd: 5",
    ):
        assert part in written


def test_a_report_on_diary_rows_says_that_they_are_not_anonymous() -> None:
    for name in ("research", "open", "linked"):
        written = render(assess(profile=PROFILES[name], people=120, circumstances=CALM))
        assert "not anonymous in the sense of recital 26" in written
        assert "niet anoniem in de zin van overweging 26" in written


def test_t_is_reported_for_publication_only() -> None:
    assert full_report().as_json()["t"] is None
    assert full_report(profile=PROFILES["open"]).as_json()["t"] > 0


def test_tables_and_own_data_are_not_told_about_diary_rows() -> None:
    everything = replace(CALM, start_dates=[START] * 120, outages=2, seed_released=True)
    for name in ("aggregate", "own"):
        assert codes(everything, PROFILES[name]) == set()


def test_no_true_date_is_in_the_report() -> None:
    risk = full_report(circumstances=replace(CALM, outages=1))
    written = render(risk, inside=True) + json.dumps(risk.as_json(inside=True))
    assert "2026" not in written
    assert risk.as_json()["distinct_start_dates"] == 6


def test_the_json_can_be_written_and_is_the_same_again() -> None:
    entries = {f"p{n}": [(1, 1, (n % 7,)), (1, 2, (n % 5,))] for n in range(40)}
    written = [
        json.dumps(full_report(curves=[draw_curve(entries, items=["mood"], rng=random.Random(1))]).as_json())
        for _ in range(2)
    ]
    assert written[0] == written[1]


def test_every_warning_has_both_languages_with_the_same_figures() -> None:
    for text in WARNINGS.values():
        nl, en = (sorted(part.split("}")[0] for part in text[language].split("{")[1:]) for language in ("nl", "en"))
        assert nl == en
