"""What a researcher sees before exporting."""

from time import perf_counter

from server.export.generalise import age_in_bands
from server.export.kanonymity import anonymise
from server.export.preview import preview
from server.export.profiles import RESEARCH
from tests.server.export.people import KNOWN, imagine, people_of

RANKING = ["age", "gender", "school"]


def test_the_preview_is_what_the_export_then_does() -> None:
    people = imagine(300)
    seen = preview(people, ranking=RANKING, demographics=KNOWN, k=5)
    done = anonymise(people, ranking=RANKING, demographics=KNOWN, k=5)
    assert seen.chosen is not None
    assert seen.chosen.levels == done.levels
    assert seen.chosen.suppressed == len(done.suppressed)
    assert seen.people == 300


def test_another_way_that_is_shown_can_be_taken() -> None:
    people = imagine(300)
    seen = preview(people, ranking=RANKING, demographics=KNOWN, k=5)
    assert seen.chosen is not None
    assert len(seen.others) > 1
    assert seen.chosen.levels not in [other.levels for other in seen.others]
    for other in seen.others:
        taken = anonymise(people, ranking=RANKING, demographics=KNOWN, k=5, at_least=other.levels)
        assert taken.met
        assert taken.levels == other.levels
        assert len(taken.suppressed) == other.suppressed


def test_no_way_that_is_shown_is_finer_in_everything_than_another() -> None:
    seen = preview(imagine(300), ranking=RANKING, demographics=KNOWN, k=5)
    assert seen.chosen is not None
    nodes = [
        [KNOWN[name].level_names().index(way.levels[name]) for name in RANKING] for way in (seen.chosen, *seen.others)
    ]
    for one in nodes:
        assert not any(other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in nodes)


def test_a_larger_k_costs_more() -> None:
    seen = preview(imagine(300), ranking=RANKING, demographics=KNOWN, k=5)
    levels = [KNOWN["age"].level_names().index(seen.at[k]["age"]) for k in (3, 5, 10, 20)]
    assert levels == sorted(levels)


def test_the_form_says_because_of_whom_everybody_is_told_more_coarsely() -> None:
    known = {"age": age_in_bands(RESEARCH.age_bands)}
    people = people_of([{"age": 14}] * 20 + [{"age": 19}] * 20 + [{"age": None}] * 2 + [{"age": 27}])
    seen = preview(people, ranking=["age"], demographics=known, k=5, suppression_share=0.0)
    assert seen.chosen is not None
    assert seen.chosen.levels == {"age": "withheld"}
    (cost,) = seen.costs
    assert (cost.name, cost.people, cost.values, cost.level) == ("age", 3, (">25", "missing"), "4-bands")
    kept = preview(people, ranking=["age"], demographics=known, k=5)
    assert kept.chosen is not None
    assert (kept.chosen.levels, kept.chosen.suppressed, kept.costs) == ({"age": "4-bands"}, 5, ())


def test_where_k_cannot_be_reached_nothing_is_promised() -> None:
    seen = preview(imagine(4), ranking=RANKING, demographics=KNOWN, k=5)
    assert seen.chosen is None
    assert 5 not in seen.at


def test_people_who_stand_alone_as_they_are_known_are_counted() -> None:
    people = imagine(1)
    assert preview(people, ranking=RANKING, demographics=KNOWN, k=1).alone == 1
    twice = [*people, type(people[0])(key="twin", facts=people[0].facts)]
    assert preview(twice, ranking=RANKING, demographics=KNOWN, k=1).alone == 0


def test_a_form_with_five_thousand_people_is_there_in_two_seconds() -> None:
    people = imagine(5_000)
    begun = perf_counter()
    preview(people, ranking=["diagnosis", *RANKING], demographics=KNOWN, k=5, l=2)
    assert perf_counter() - begun < 2
