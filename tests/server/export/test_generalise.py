"""Levels of telling, from fine to coarse."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.export.generalise import (
    MISSING,
    NotNested,
    age_at,
    age_in_bands,
    band_of,
    bands,
    categories,
    check_nested,
    ordinary,
    whole_number,
)
from server.export.profiles import OPEN, PROFILES, RESEARCH
from tests.server.export.people import SCHOOL

TEXT = {"nl": "x", "en": "x"}


@pytest.mark.parametrize(
    ("age", "four", "two"),
    [
        (12, "12-15", "<18"),
        (15, "12-15", "<18"),
        (16, "16-17", "<18"),
        (18, "18-20", ">17"),
        (25, "21-25", ">17"),
    ],
)
def test_ages_are_told_in_the_bands_of_the_profiles(age: int, four: str, two: str) -> None:
    demographic = age_in_bands(RESEARCH.age_bands)
    assert [demographic.tell(age, level) for level in (0, 2, 3)] == [four, two, ""]
    assert age_in_bands(OPEN.age_bands).tell(age, 0) == two


def test_ages_outside_the_bands_are_no_ones_inside() -> None:
    assert band_of(11, bands((12, 15), (16, 17))) == "<12"
    assert band_of(18, bands((12, 15), (16, 17))) == ">17"
    with pytest.raises(ValueError, match="between"):
        band_of(13, bands((10, 12), (14, 15)))


def test_nobody_is_too_old_or_too_young_for_open_bands() -> None:
    demographic = age_in_bands(RESEARCH.age_bands)
    assert [level.name for level in demographic.levels] == ["4-bands", "4-bands-open", "2-bands"]
    assert [demographic.tell(27, level) for level in range(3)] == [">25", ">20", ">17"]
    assert [demographic.tell(11, level) for level in range(3)] == ["<12", "<16", "<18"]
    assert [demographic.tell(age, 1) for age in (15, 16, 18, 20, 21)] == ["<16", "16-17", "18-20", "18-20", ">20"]
    assert demographic.levels[1].title["en"] == "in bands <16, 16-17, 18-20, >20"


def test_a_year_of_birth_gives_the_age_reached_in_the_year_of_the_start() -> None:
    assert age_at(2011, date(2026, 1, 5)) == 15
    assert age_at(None, date(2026, 1, 5)) is None


@pytest.mark.parametrize("demographic", [*ordinary(RESEARCH.age_bands).values(), SCHOOL], ids=lambda d: d.name)
def test_missing_is_told_as_missing_at_every_level_but_the_last(demographic) -> None:  # type: ignore[no-untyped-def]
    told = [demographic.tell(None, level) for level in range(demographic.withheld + 1)]
    assert told == [MISSING] * demographic.withheld + [""]


@settings(max_examples=50, derandomize=True, deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.integers(5, 40)), max_size=30))
def test_coarser_levels_only_merge(values: list[int | None]) -> None:
    for profile in PROFILES.values():
        if profile.age_bands:
            check_nested(age_in_bands(profile.age_bands), values)
    check_nested(whole_number("age", TEXT, widths=(1, 2, 4, 8), origin=12), values)


def test_spans_that_would_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple"):
        whole_number("age", TEXT, widths=(2, 3))


def test_bands_that_split_a_finer_band_are_refused() -> None:
    with pytest.raises(NotNested, match="splits <16"):
        check_nested(age_in_bands([bands((12, 15), (16, 25)), bands((12, 13), (14, 25))]), range(12, 26))


def test_spans_are_counted_from_their_origin() -> None:
    demographic = whole_number("age", TEXT, widths=(1, 4), origin=12)
    assert [demographic.tell(value, 1) for value in (12, 15, 16)] == ["12-15", "12-15", "16-19"]
    assert demographic.tell(13, 0) == "13"


def test_groupings_follow_each_other() -> None:
    demographic = categories(
        "school", TEXT, groupings=[{"havo": "upper", "vwo": "upper"}, {"upper": "school", "vmbo": "school"}]
    )
    assert [demographic.tell("vwo", level) for level in range(4)] == ["vwo", "upper", "school", ""]
    assert [demographic.tell("mbo", level) for level in range(3)] == ["mbo", "mbo", "mbo"]


def test_what_the_rows_show_is_declared() -> None:
    known = ordinary(RESEARCH.age_bands)
    assert {name: demographic.in_rows for name, demographic in known.items()} == {
        "age": "",
        "language": "",
        "start_weekday": "removable",
        "study_days": "always",
    }
