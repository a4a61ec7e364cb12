"""Which earlier exports could be put together with a new one."""

from collections.abc import Sequence
from dataclasses import replace

from server.export.generalise import Person
from server.export.kanonymity import Anonymised, anonymise
from server.export.register import Recorded, find_overlaps, levels_to_keep
from tests.server.export.people import KNOWN, imagine, people_of

PEOPLE = imagine(400, seed=8)


def record(name: str, people: Sequence[Person], done: Anonymised, *, ids: str = "fresh") -> Recorded:
    return Recorded(
        name=name,
        profile="research",
        ids=ids,
        people=frozenset(person.key for person in people),
        levels=done.levels,
        suppressed=done.suppressed,
    )


def export(people: Sequence[Person], *ranking: str) -> Anonymised:
    return anonymise(people, ranking=ranking, demographics=KNOWN, k=5)


def test_age_in_one_and_school_in_the_other_leave_people_alone_together() -> None:
    first, second = (
        record("june", PEOPLE, export(PEOPLE, "age")),
        record("july", PEOPLE, export(PEOPLE, "school", "gender")),
    )
    assert export(PEOPLE, "age").met
    assert export(PEOPLE, "school", "gender").met
    (found,) = find_overlaps(second, [first], people=PEOPLE, demographics=KNOWN, k=5)
    assert found.codes == ("demographics-combine",)
    assert found.k_joint < 5
    assert found.shared == 400
    assert "june" in found.text["nl"]


def test_the_same_levels_for_the_same_people_add_nothing() -> None:
    done = export(PEOPLE, "age", "gender")
    assert (
        find_overlaps(
            record("july", PEOPLE, done), [record("june", PEOPLE, done)], people=PEOPLE, demographics=KNOWN, k=5
        )
        == ()
    )


def test_one_person_less_tells_who_left() -> None:
    before, after = record("june", PEOPLE, export(PEOPLE, "age")), record("july", PEOPLE[1:], export(PEOPLE[1:], "age"))
    (found,) = find_overlaps(after, [before], people=PEOPLE[1:], demographics=KNOWN, k=5)
    assert "few-people-differ" in found.codes
    assert (found.only_new, found.only_earlier) == (0, 1)


def test_exports_of_other_people_cannot_be_put_together() -> None:
    first, second = (
        record("june", PEOPLE[:200], export(PEOPLE[:200], "age")),
        record("july", PEOPLE[200:], export(PEOPLE[200:], "school")),
    )
    assert find_overlaps(second, [first], people=PEOPLE[200:], demographics=KNOWN, k=5) == ()


def test_exports_that_are_alike_are_told_of_in_one_line() -> None:
    done, whole = export(PEOPLE[1:], "age"), export(PEOPLE, "age")
    earlier = [record(f"may {day}", PEOPLE, whole) for day in range(1, 4)]
    (found,) = find_overlaps(record("july", PEOPLE[1:], done), earlier, people=PEOPLE[1:], demographics=KNOWN, k=5)
    assert found.text["en"].startswith("Few people differ from may 1, may 2 and may 3 (0 more, 1 less)")
    earlier += [record("may 4", PEOPLE, whole), record("june", PEOPLE[2:], export(PEOPLE[2:], "age"))]
    many, june = find_overlaps(record("july", PEOPLE[1:], done), earlier, people=PEOPLE[1:], demographics=KNOWN, k=5)
    assert many.text["nl"].startswith("Van may 1 en 3 andere verschillen weinig mensen")
    assert june.earlier == "june"


def test_an_earlier_export_is_not_blamed_for_what_this_one_does_alone_nor_tables_for_rows() -> None:
    people = people_of([{"age": 14, "gender": "f"}] * 10 + [{"age": 14, "gender": "x"}])
    told = {"gender": "exact"}
    keys = frozenset(person.key for person in people)
    new = Recorded(name="july", profile="research", ids="fresh", people=keys, levels=told, suppressed=frozenset())
    old = replace(new, name="june", levels={"age": "exact"})
    assert find_overlaps(new, [old], people=people, demographics=KNOWN, k=5) == ()
    first, second = record("june", PEOPLE, export(PEOPLE, "age")), record("july", PEOPLE, export(PEOPLE, "school"))
    assert find_overlaps(second, [first], people=PEOPLE, demographics=KNOWN, k=5)
    tables = replace(first, ids="none")
    assert find_overlaps(second, [tables], people=PEOPLE, demographics=KNOWN, k=5) == ()


def test_linked_exports_share_their_ids() -> None:
    done = export(PEOPLE, "age")
    pair = [record(name, PEOPLE, done, ids="per_agreement") for name in ("june", "july")]
    (found,) = find_overlaps(pair[1], pair[:1], people=PEOPLE, demographics=KNOWN, k=5)
    assert found.codes == ("same-ids",)


def test_suppressing_other_people_the_second_time_is_seen() -> None:
    done = export(PEOPLE, "age", "gender")
    first = record("june", PEOPLE, done)
    assert done.suppressed
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for key, labels in done.rows.items():
        alike.setdefault(tuple(labels.items()), []).append(key)
    others = done.suppressed | set(max(alike.values(), key=len)[:2])  # who stays is k, and so are the suppressed
    second = Recorded(
        name="july", profile="research", ids="fresh", people=first.people, levels=done.levels, suppressed=others
    )
    (found,) = find_overlaps(second, [first], people=PEOPLE, demographics=KNOWN, k=5)
    assert found.codes == ("demographics-combine",)


def test_people_who_are_suppressed_in_both_stay_among_themselves() -> None:
    people = people_of([{"gender": "f"}] * 22 + [{"gender": "m"}] * 20 + [{"gender": "x"}] * 3)
    keys = frozenset(person.key for person in people)
    gone = frozenset([*sorted(keys)[:2], *sorted(keys)[-3:]])
    first, second = (
        Recorded(name=name, profile="research", ids="fresh", people=keys, levels=levels, suppressed=gone)
        for name, levels in (("june", {"gender": "exact"}), ("july", {"gender": "exact", "age": "withheld"}))
    )
    assert find_overlaps(second, [first], people=people, demographics=KNOWN, k=5) == ()


def test_keeping_the_earlier_levels_keeps_the_second_export_apart() -> None:
    first = record("june", PEOPLE, export(PEOPLE, "age", "gender"))
    keep = levels_to_keep([first], KNOWN)
    assert keep == {name: level for name, level in first.levels.items() if level != "withheld"}
    again = anonymise(PEOPLE, ranking=sorted(keep), demographics=KNOWN, k=5, at_least=keep)
    assert find_overlaps(record("july", PEOPLE, again), [first], people=PEOPLE, demographics=KNOWN, k=5) == ()


def test_the_coarsest_of_several_levels_is_kept() -> None:
    exports = [
        Recorded(
            name=level,
            profile="research",
            ids="fresh",
            people=frozenset(),
            levels={"age": level},
            suppressed=frozenset(),
        )
        for level in ("exact", "spans-of-4", "withheld", "spans-of-2", "of old")
    ]
    assert levels_to_keep(exports, KNOWN) == {"age": "spans-of-4"}


def test_a_level_that_is_no_longer_known_is_thought_as_fine_as_can_be() -> None:
    new = record("july", PEOPLE, export(PEOPLE, "school"))
    old = Recorded(
        name="june",
        profile="research",
        ids="fresh",
        people=new.people,
        levels={"age": "of old"},
        suppressed=frozenset(),
    )
    (found,) = find_overlaps(new, [old], people=PEOPLE, demographics=KNOWN, k=5)
    assert found.k_joint < 5
