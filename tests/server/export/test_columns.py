"""Columns have one name, one meaning and codes that are no answers."""

import pytest

from prompts.instruments import Block, Instrument, Item, Option
from server.content import instruments
from server.export.columns import MISSING, Column, ColumnClash, beep_columns, require_distinct
from server.export.items import collapse, lay_out, other_code
from server.export.profiles import OPEN, RESEARCH

OURS = [instruments()[key] for key in ("morning.1", "momentary.1", "evening.1")]
NOWHERE = {"nl": "?", "en": "?"}


def instrument(*items: Item, name: str = "own", version: int = 1) -> Instrument:
    block = Block(id="all", order="fixed", items=items)
    return Instrument(id=name, version=version, title=NOWHERE, blocks=(block,), measures=(), scoring_version=1)


def choice(name: str, *options: tuple[str, float | None]) -> Item:
    listed = tuple(Option(id=option, label={"nl": option, "en": option}, value=value) for option, value in options)
    return Item(id=name, type="single", prompt=NOWHERE, options=listed)


def names_of(*made: Instrument, reserved: tuple[str, ...] = ()) -> list[str]:
    return [column.name for column in lay_out(made, reserved=reserved).columns]


def test_no_true_value_is_a_missing_code() -> None:
    for column in lay_out(OURS, reserved=()).columns:
        if column.missing:
            assert not column.codes.keys() & MISSING.keys()
            assert column.low is None or column.low > max(MISSING), column.name


def test_a_measure_that_may_be_minus_98_has_no_codes() -> None:
    columns = {column.name: column for column in lay_out(OURS, reserved=()).columns}
    assert columns["sleep_midpoint_min"].low is not None
    assert columns["sleep_midpoint_min"].low < min(MISSING)
    assert not columns["sleep_midpoint_min"].missing


def test_a_number_that_may_be_minus_98_has_no_codes() -> None:
    cold = Item(id="cold", type="number", prompt=NOWHERE, minimum=-200, maximum=40, step=1)
    assert [column.missing for column in lay_out([instrument(cold)], reserved=()).columns] == [False]


def test_free_text_and_private_items_have_no_column() -> None:
    names = [column.name for column in lay_out(OURS, reserved=()).columns]
    assert not {"day_best", "help_wish", "end_note", "sl_intro"} & set(names)


def test_the_same_question_in_three_questionnaires_is_one_column() -> None:
    (cheerful,) = [column for column in lay_out(OURS, reserved=()).columns if column.name == "pa_cheerful"]
    assert {source.instrument for source in cheerful.sources} == {"morning.1", "momentary.1", "evening.1"}


def test_the_same_name_with_another_scale_is_another_column() -> None:
    one, other = choice("where", ("home", None), ("school", None)), choice("where", ("home", None), ("work", None))
    assert names_of(instrument(one), instrument(other, version=2)) == ["where", "own_where"]


def test_an_item_never_takes_the_name_of_a_ledger_column() -> None:
    assert names_of(instrument(choice("status", ("a", None), ("b", None))), reserved=("status",)) == ["item_status"]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ((0, 1, 2), [0, 1, 2]),  # the options' own whole numbers
        ((2.5, 10.5, None), [1, 2, 3]),  # no whole number for each: the place in the list
        ((None, None, None), [1, 2, 3]),
        ((1, 1, 2), [1, 2, 3]),  # two of one value could not be told apart
        ((-98, 0, 1), [1, 2, 3]),  # would be a missing code
    ],
)
def test_codes_of_a_choice(values: tuple[float | None, ...], codes: list[int]) -> None:
    item = choice("much", *zip("abc", values, strict=True))
    (column,) = lay_out([instrument(item)], reserved=()).columns
    assert list(column.codes) == codes


def test_collapsing_keeps_codes_and_says_so() -> None:
    layout = lay_out([instrument(choice("where", ("home", None), ("mosque", None), ("gym", None)))], reserved=())
    told = {"where": {"home": "home", "mosque": "other", "gym": "other"}}
    (column,) = collapse(layout, told, below=5).columns
    assert list(column.codes) == [1, other_code(layout.nominal["where"])]
    assert column.note is not None


def test_the_open_profile_has_no_hour_and_banded_delays() -> None:
    names = {column.name for column in beep_columns(OPEN, most_delay=60, questionnaires=("a",))}
    assert {"resp_delay_band", "duration_band"} <= names
    assert not {"sched_hour", "resp_delay_min", "scheduled"} & names


def test_research_has_no_times_unless_asked_for() -> None:
    names = {column.name for column in beep_columns(RESEARCH, most_delay=60, questionnaires=("a",))}
    assert not {"scheduled", "sent", "start", "end"} & names


def test_names_that_differ_by_capitals_clash() -> None:
    columns = [Column(name=name, type="text", role="item", label=NOWHERE) for name in ("Mood", "mood")]
    with pytest.raises(ColumnClash):
        require_distinct(columns)
