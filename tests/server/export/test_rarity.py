"""Rare answers are told as "other", counted by persons."""

from hypothesis import given, settings
from hypothesis import strategies as st

from server.export.rarity import OTHER, choosers, collapse_rare, rewrite


def test_persons_are_counted_and_not_answers() -> None:
    choices = [("noor", "mosque")] * 40 + [(f"p{n}", "home") for n in range(9)] + [(f"p{n}", "club") for n in range(4)]
    told = collapse_rare(choosers(choices), below=5)
    assert told == {"mosque": OTHER, "home": "home", "club": OTHER}


def test_other_is_never_rare_itself() -> None:
    people = {"mosque": {"noor"}, "club": {"a", "b", "c", "d", "e"}, "home": set("abcdefgh"), "school": set("abcdefg")}
    # One person alone in "other" would be the mosque under another name: the smallest of the rest joins.
    assert collapse_rare(people, below=5) == {"mosque": OTHER, "club": OTHER, "home": "home", "school": "school"}


def test_an_option_called_other_takes_the_rare_ones_in() -> None:
    people = {"other": set("abcd"), "mosque": {"e"}, "home": set("abcdef")}
    assert collapse_rare(people, below=5) == {"other": OTHER, "mosque": OTHER, "home": "home"}


def test_an_option_that_nobody_chose_keeps_its_name() -> None:
    assert collapse_rare({"club": set(), "home": set("abcde")}, below=5) == {"club": "club", "home": "home"}


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    by_option=st.dictionaries(st.sampled_from(["a", "b", "c", "d", OTHER]), st.sets(st.integers(0, 14))),
    below=st.integers(1, 6),
)
def test_whatever_is_told_was_chosen_by_enough_persons(by_option: dict[str, set[int]], below: int) -> None:
    told = collapse_rare(by_option, below=below)
    assert set(told) == set(by_option)
    after: dict[str, set[int]] = {}
    for option, people in by_option.items():
        after.setdefault(told[option], set()).update(people)
    everybody = set().union(*by_option.values())
    for option, people in after.items():
        # Where everything has come together and it is still too few, there are not more people who answered.
        assert not people or len(people) >= below or (option == OTHER and people == everybody)


def test_several_rare_ticks_become_one_other() -> None:
    told = {"mosque": OTHER, "club": OTHER, "home": "home"}
    assert rewrite(["mosque", "home", "club"], told) == [OTHER, "home"]
    assert rewrite(["of another version"], told) == [OTHER]
