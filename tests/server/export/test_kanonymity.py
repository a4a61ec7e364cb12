"""Nobody stands alone in her demographics: checked by counting, not by the code under test."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import product
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.export.classes import find_suppressed, lay_grid
from server.export.generalise import MISSING, SUPPRESSED, Demographic, Person
from server.export.kanonymity import Anonymised, anonymise, best_nodes, most_suppressed
from tests.server.export.people import AGE, DIAGNOSIS, GENDER, KNOWN, SCHOOL, SHOWN, imagine, people_of

RANKING = ["age", "gender", "school"]

PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "age": st.one_of(st.none(), st.integers(12, 19)),
            "gender": st.sampled_from(["f", "m", "x", None]),
            "school": st.sampled_from(["vmbo", "havo", "vwo", None]),
            "diagnosis": st.sampled_from(["none", "low mood", None]),
        }
    ),
    min_size=1,
    max_size=60,
).map(people_of)


def smallest_class(done: Anonymised, sensitive: str = "") -> int:
    """The fewest people whose told demographics are alike; the sensitive one makes nobody recognisable."""
    alike = Counter(
        tuple((name, label) for name, label in sorted(labels.items()) if name != sensitive)
        for labels in done.rows.values()
    )
    return min(alike.values())


@settings(max_examples=150, derandomize=True, deadline=None)
@given(people=PEOPLE, k=st.integers(1, 8), share=st.sampled_from([0.0, 0.05, 0.2, 0.5]), order=st.permutations(RANKING))
def test_everybody_is_among_k_and_nobody_is_lost(people: list[Person], k: int, share: float, order: list[str]) -> None:
    done = anonymise(people, ranking=order, demographics=KNOWN, k=k, suppression_share=share)
    assert set(done.rows) == {person.key for person in people}
    assert len(done.suppressed) <= (max(k, share * len(people)) if share else 0)
    assert not done.suppressed or len(done.suppressed) >= k
    assert done.k_reached == smallest_class(done)
    assert done.met == (len(people) >= k)
    if done.met:
        assert smallest_class(done) >= k
    for person in people:
        for name, label in done.rows[person.key].items():
            level = KNOWN[name].level_names().index(done.levels[name])
            true = KNOWN[name].tell(person.facts[name], level)
            assert label == (SUPPRESSED if person.key in done.suppressed else true)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(people=PEOPLE, k=st.integers(2, 5), share=st.sampled_from([0.0, 0.2, 0.5]))
def test_sensitive_values_differ_in_every_class(people: list[Person], k: int, share: float) -> None:
    done = anonymise(
        people, ranking=["diagnosis", "age", "gender"], demographics=KNOWN, k=k, l=2, suppression_share=share
    )
    told: dict[tuple[tuple[str, str], ...], set[str]] = defaultdict(set)
    for key, labels in done.rows.items():
        if key not in done.suppressed and "diagnosis" in labels:
            alike = tuple((name, label) for name, label in sorted(labels.items()) if name != "diagnosis")
            told[alike].add(labels["diagnosis"])
    for values in told.values():
        known = values - {MISSING}
        assert not known or len(known) >= 2
    if done.met:
        assert smallest_class(done, "diagnosis") >= k


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people=PEOPLE, k=st.integers(2, 6), share=st.sampled_from([0.0, 0.2, 0.4]), least=st.sampled_from([None, 2]))
def test_whatever_will_do_will_do_when_told_more_coarsely(
    people: list[Person], k: int, share: float, least: int | None
) -> None:
    """The search leans on this: above a good node every node is good."""
    grid = lay_grid(people, [AGE, GENDER, DIAGNOSIS])
    most = int(share * len(people))
    levels = [range(AGE.withheld + 1), range(GENDER.withheld + 1), (0, DIAGNOSIS.withheld)]
    good = {node for node in product(*levels) if find_suppressed(grid, node, k=k, least=least, most=most) is not None}
    for node in good:
        for number, span in enumerate(levels):
            for coarser in (level for level in span if level > node[number]):
                assert (*node[:number], coarser, *node[number + 1 :]) in good


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people=PEOPLE, k=st.integers(2, 6), share=st.sampled_from([0.0, 0.2]))
def test_the_ranking_is_followed_exactly(people: list[Person], k: int, share: float) -> None:
    """By trying every node: none that will do is finer in the demographic ranked first, then the second, and so on."""
    done = anonymise(people, ranking=RANKING, demographics=KNOWN, k=k, suppression_share=share)
    grid = lay_grid(people, [AGE, GENDER, SCHOOL])
    most = max(k, int(share * len(people))) if share else 0
    every = product(*(range(d.withheld + 1) for d in grid.demographics))
    good = [node for node in every if find_suppressed(grid, node, k=k, least=None, most=most) is not None]
    reached = tuple(d.level_names().index(done.levels[d.name]) for d in grid.demographics)
    assert reached == min(good, default=tuple(d.withheld for d in grid.demographics))
    choices, _ = best_nodes(grid, (0, 0, 0), k=k, least=None, most=most)
    lowest = [n for n in good if not any(o != n and all(a <= b for a, b in zip(o, n, strict=True)) for o in good)]
    assert choices == sorted(lowest)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(people=PEOPLE, rng=st.randoms(use_true_random=False))
def test_the_order_of_the_people_plays_no_part(people: list[Person], rng: object) -> None:
    shuffled = list(people)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (
        anonymise(who, ranking=RANKING, demographics=KNOWN, k=3, suppression_share=0.2) for who in (people, shuffled)
    )
    assert first == second


def test_a_missing_answer_sets_somebody_apart_like_any_other() -> None:
    people = people_of([{"gender": "f"}] * 10 + [{"gender": "m"}] * 10 + [{"gender": None}])
    done = anonymise(people, ranking=["gender"], demographics=KNOWN, k=5, suppression_share=0.0)
    assert done.levels["gender"] == "withheld"
    assert done.lost["gender"].code == "withheld"
    five = people_of([{"gender": "f"}] * 10 + [{"gender": None}] * 5)
    assert anonymise(five, ranking=["gender"], demographics=KNOWN, k=5).levels["gender"] == "exact"


def test_few_outliers_lose_their_demographics_instead_of_everybody() -> None:
    rows = [{"gender": "f"}] * 60 + [{"gender": "m"}] * 60 + [{"gender": "x"}] * 5
    done = anonymise(people_of(rows), ranking=["gender"], demographics=KNOWN, k=6, suppression_share=0.05)
    # Five are too few to be suppressed by themselves, so one of another class goes with them.
    assert done.levels["gender"] == "exact"
    assert len(done.suppressed) == 6
    assert Counter(labels["gender"] for labels in done.rows.values()) == {"f": 59, "m": 60, SUPPRESSED: 6}


def test_one_outlier_in_a_small_study_costs_a_group_of_k_and_not_everybody() -> None:
    """Five per cent of 36 people are one, and a group of one can be no group: k may always be suppressed."""
    people = people_of([{"gender": "f"}] * 20 + [{"gender": "m"}] * 15 + [{"gender": None}])
    done = anonymise(people, ranking=["gender"], demographics=KNOWN, k=5, suppression_share=0.05)
    assert Counter(labels["gender"] for labels in done.rows.values()) == {"f": 16, "m": 15, SUPPRESSED: 5}
    assert most_suppressed(99, share=0.05, k=5) == 5
    assert most_suppressed(400, share=0.05, k=5) == 20


def test_who_joins_the_suppressed_leaves_no_small_class_behind() -> None:
    rows = [{"gender": "f"}] * 5 + [{"gender": "m"}] * 6 + [{"gender": "x"}] * 3
    done = anonymise(people_of(rows), ranking=["gender"], demographics=KNOWN, k=5, suppression_share=0.6)
    # One of the six can go, and with her five are wanted: so a class goes as a whole.
    assert Counter(labels["gender"] for labels in done.rows.values()) == {"m": 6, SUPPRESSED: 8}


def test_the_weekday_of_the_start_counts_though_nobody_ranked_it() -> None:
    people = people_of([{"age": 14, "start_weekday": "mon"}] * 20 + [{"age": 14, "start_weekday": "sat"}] * 2)
    done = anonymise(people, ranking=["age"], demographics=SHOWN, k=5, suppression_share=0.0)
    assert done.levels == {"age": "exact", "start_weekday": "withheld", "study_days": "exact"}
    assert done.hidden_in_rows("start_weekday") is None


def test_whoever_lost_her_demographics_must_not_show_her_weekday_in_the_rows() -> None:
    rows = [{"age": 14, "start_weekday": "mon"}] * 100 + [{"age": 20, "start_weekday": "tue"}] * 5
    done = anonymise(people_of(rows), ranking=["start_weekday"], demographics=SHOWN, k=6, suppression_share=0.1)
    assert done.levels["start_weekday"] == "exact"
    assert done.hidden_in_rows("start_weekday") == done.suppressed
    assert len(done.suppressed) == 6


def test_a_length_that_few_have_cannot_be_hidden_and_is_said_to_be_missed() -> None:
    people = people_of([{"study_days": 21}] * 30 + [{"study_days": 42}])
    done = anonymise(people, ranking=["age"], demographics=SHOWN, k=5)
    assert not done.met
    assert done.k_reached == 1
    assert done.lost["study_days"].code == "pinned"


def test_the_suppressed_are_k_within_each_length_of_study() -> None:
    rows = [{"gender": "f", "study_days": 21}] * 60 + [{"gender": "x", "study_days": 21}] * 4
    rows += [{"gender": "f", "study_days": 42}] * 60 + [{"gender": "x", "study_days": 42}] * 3
    done = anonymise(people_of(rows), ranking=["gender"], demographics=SHOWN, k=5, suppression_share=0.2)
    assert done.levels["gender"] == "exact"
    lengths = Counter(done.rows[key]["study_days"] for key in done.suppressed)
    assert lengths == {"21": 5, "42": 5}


def test_only_so_many_demographics_as_the_profile_allows() -> None:
    done = anonymise(imagine(500), ranking=["gender", "school", "age"], demographics=KNOWN, k=5, most_demographics=2)
    assert done.lost["age"].code == "limit"
    assert set(done.rows["person-00000"]) == {"gender", "school"}


def test_levels_of_an_earlier_export_are_not_gone_below() -> None:
    people = imagine(2_000)
    free = anonymise(people, ranking=["age", "gender"], demographics=KNOWN, k=5)
    held = anonymise(people, ranking=["age", "gender"], demographics=KNOWN, k=5, at_least={"age": "spans-of-4"})
    assert free.levels["age"] == "exact"
    assert held.levels["age"] == "spans-of-4"


def test_a_name_that_is_unknown_or_ranked_twice_is_refused() -> None:
    with pytest.raises(KeyError, match="shoe"):
        anonymise(imagine(10), ranking=["shoe"], demographics=KNOWN, k=5)
    with pytest.raises(ValueError, match="twice"):
        anonymise(imagine(10), ranking=["age", "age"], demographics=KNOWN, k=5)
    with pytest.raises(ValueError, match="at least 1"):
        anonymise(imagine(10), ranking=["age"], demographics=KNOWN, k=0)


def test_what_is_not_ranked_is_not_told() -> None:
    done = anonymise(imagine(300), ranking=["age"], demographics=KNOWN, k=5)
    assert set(done.rows["person-00000"]) == {"age"}


def test_five_thousand_people_take_no_two_seconds() -> None:
    people = imagine(5_000)
    begun = perf_counter()
    done = anonymise(people, ranking=["diagnosis", *RANKING], demographics=KNOWN, k=5, l=2)
    assert done.met
    assert perf_counter() - begun < 2


def test_demographics_whose_levels_split_again_are_refused() -> None:
    def level(labels: Mapping[str, str], name: str) -> object:
        return type(SCHOOL.levels[0])(name=name, title={"nl": name, "en": name}, label=lambda value: labels[str(value)])

    broken = Demographic(
        name="school",
        title={"nl": "school", "en": "school"},
        levels=(level({"a": "x", "b": "x"}, "fine"), level({"a": "y", "b": "z"}, "coarse")),  # type: ignore[arg-type]
    )
    with pytest.raises(ValueError, match="splits x"):
        anonymise(
            people_of([{"school": "a"}, {"school": "b"}]), ranking=["school"], demographics={"school": broken}, k=1
        )
