"""The profiles say what was decided, and choices within them only ever tell less."""

import pytest

from server.export.profile_words import WHAT_NL, describe
from server.export.profiles import PROFILES, ProfileProblem, check_size, choose


@pytest.mark.parametrize(
    ("name", "k", "l", "most", "minimum", "rare", "latency", "sched_hour", "second"),
    [
        ("research", 5, 2, None, 10, 5, "minutes", True, False),
        ("open", 10, 2, 3, 30, 10, "banded", False, True),
        ("aggregate", None, None, None, 10, 10, "none", False, False),
        ("linked", 5, 2, None, 10, 5, "minutes", True, True),
        ("own", None, None, None, 1, 0, "seconds", True, False),
    ],
)
def test_each_profile_is_as_decided(
    name: str,
    k: int | None,
    l: int | None,  # noqa: E741
    most: int | None,
    minimum: int,
    rare: int,
    latency: str,
    sched_hour: bool,
    second: bool,
) -> None:
    profile = PROFILES[name]
    assert (profile.k, profile.l, profile.most_demographics) == (k, l, most)
    assert (profile.minimum_people, profile.rare_below) == (minimum, rare)
    assert (profile.latency, profile.sched_hour) == (latency, sched_hour)
    assert profile.needs_second_person is second


def test_only_a_participants_own_data_have_true_times_free_text_or_a_device() -> None:
    for profile in PROFILES.values():
        own = profile.name == "own"
        assert (profile.dates == "true") is own
        assert profile.free_text is own
        assert (profile.never == ()) is own


def test_only_linked_ids_survive_an_export() -> None:
    assert {name: profile.ids for name, profile in PROFILES.items()} == {
        "research": "fresh",
        "open": "fresh",
        "aggregate": "none",
        "linked": "per_agreement",
        "own": "own",
    }


def test_rows_of_diaries_are_nowhere_called_anonymous() -> None:
    for profile in PROFILES.values():
        if profile.rows == "beeps":
            assert "anonymous" not in profile.label["en"]
            assert "anoniem" not in profile.label["nl"]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_can_be_read_as_a_table_in_both_languages(name: str) -> None:
    lines = describe(PROFILES[name], None)
    assert len(lines) == len({what for what, _, _ in lines})
    assert all(nl and en for _, nl, en in lines)
    words = {what: en for what, _, en in lines}
    assert ("k-anonymity" in words) == (PROFILES[name].k is not None)


def test_k_can_be_raised_and_never_lowered() -> None:
    assert choose("research", k=8).k == 8
    for name, k in (("research", 4), ("open", 9), ("own", 5)):
        with pytest.raises(ProfileProblem) as caught:
            choose(name, k=k)
        assert caught.value.code == "k-too-low"


def test_the_dummy_calendar_is_for_research_and_not_for_publication() -> None:
    assert choose("research", dummy_calendar=True).dates == "dummy"
    for name in ("open", "aggregate", "own"):
        with pytest.raises(ProfileProblem) as caught:
            choose(name, dummy_calendar=True)
        assert caught.value.code == "calendar-refused"


def test_sliders_are_rounded_only_on_request() -> None:
    assert choose("open").sliders_step is None
    assert choose("open", sliders_step=5).sliders_step == 5
    with pytest.raises(ProfileProblem, match="step"):
        choose("own", sliders_step=5)


def test_nothing_leaves_about_too_few_people() -> None:
    check_size(PROFILES["open"], 30)
    with pytest.raises(ProfileProblem) as caught:
        check_size(PROFILES["open"], 29)
    assert caught.value.code == "too-few-people"


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(ProfileProblem, match="raw"):
        choose("raw")


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_dutch_reader_is_told_in_dutch_what_a_line_is_about(name: str) -> None:
    alike = {"id", "weekend", "sched_hour"}  # names of columns
    assert {what for what, _, _ in describe(PROFILES[name], None)} <= WHAT_NL.keys() | alike


def test_tables_are_not_said_to_have_day_numbers() -> None:
    told = {what: en for what, _, en in describe(PROFILES["aggregate"], None)}
    assert told["dates"] == "none"


def test_the_weekend_is_promised_only_where_the_weekday_of_the_start_may_be_told() -> None:
    said = {
        level: {what: en for what, _, en in describe(PROFILES["research"], levels)}["weekend"]
        for level, levels in {
            "exact": {"start_weekday": "exact"},
            "withheld": {"start_weekday": "withheld"},
            "not yet known": None,
        }.items()
    }
    assert said["exact"] == "yes, without items about school days"
    assert said["withheld"].startswith("no")
    assert (
        said["not yet known"] == "yes, without items about school days, unless the weekday of the first day is withheld"
    )


def test_nothing_is_promised_of_what_no_study_asks() -> None:
    """Region and sensitive traits are known of nobody, so neither can be told or spread."""
    for profile in PROFILES.values():
        assert not {"region", "l-diversity"} & {what for what, _, _ in describe(profile, None)}
