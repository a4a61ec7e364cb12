"""What an author is told about a wrong file: everything, at once, with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.catalogue import QUESTIONNAIRES, check_content, load_instruments, load_protocols
from prompts.fingerprints import check_released, fingerprint, read_released, release
from prompts.instruments import Instrument
from prompts.yaml_reader import ContentErrors

GOOD = """\
id: own
version: 1
title: {nl: Eigen, en: Own}
blocks:
  - id: first
    order: random
    items:
      - {id: calm, type: slider, prompt: {nl: Kalm?, en: "Calm?"}, low: {nl: a, en: b}, high: {nl: c, en: d}}
      - {id: tense, type: slider, prompt: {nl: Druk?, en: "Busy?"}, low: {nl: a, en: b}, high: {nl: c, en: d}}
  - id: second
    order: fixed
    items:
      - id: who
        type: multiple
        prompt: {nl: Wie?, en: "Who?"}
        options:
          - {id: alone, label: {nl: alleen, en: alone}, exclusive: true}
          - {id: friend, label: {nl: vriend, en: friend}}
      - id: kind
        type: single
        prompt: {nl: Wat?, en: "What?"}
        options:
          - {id: no, label: {nl: nee, en: no}, value: 0}
          - {id: yes, label: {nl: ja, en: yes}, value: 1}
      - id: late
        type: time
        prompt: {nl: Wanneer?, en: "When?"}
        show_if: {in: [friend, {var: who}]}
      - id: minutes
        type: number
        prompt: {nl: Hoelang?, en: "How long?"}
        min: 0
        max: 60
        show_if: {"==": [{var: kind}, yes]}
      - id: words
        type: text
        prompt: {nl: Vertel, en: Tell}
        max_length: 80
        required: false
night: {tried: late}
scoring_version: 1
measures:
  mood: {mean: [calm], reversed: [tense], at_least: 1, covers: moment}
  with_company: {none_of: {who: [alone]}, covers: moment}
  movement: {scale: minutes, covers: since_last}
  time_asleep_min: {night: time_asleep, covers: night}
"""


def write(folder: Path, text: str = GOOD, name: str = "own.1.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path) -> Instrument:
    return load_instruments(folder)["own.1"]


def errors_of(folder: Path, text: str, name: str = "own.1.yaml") -> list[str]:
    write(folder, text, name)
    with pytest.raises(ContentErrors) as caught:
        load_instruments(folder)
    return [str(error) for error in caught.value.errors]


def test_a_good_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    own = read(write(tmp_path))
    assert [item.id for item in own.items] == ["calm", "tense", "who", "kind", "late", "minutes", "words"]
    assert [option.id for option in own.item("kind").options] == ["no", "yes"]
    assert own.item("who").options[0].exclusive
    assert (own.item("minutes").minimum, own.item("minutes").maximum, own.item("minutes").step) == (0, 60, 1)
    assert own.item("words").private
    assert own.night == {"tried": "late"}


RULE = "{in: [friend, {var: who}]}"
HIGH = ", high: {nl: c, en: d}}"
FRIEND = "          - {id: friend, label: {nl: vriend, en: friend}}\n"


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("title:", "titel:", "own.1.yaml:3: titel: unknown field; did you mean title?"),
        ("title:", "titel:", "own.1.yaml:1: title: is missing"),
        ("{nl: Eigen, en: Own}", "{nl: Eigen}", "own.1.yaml:3: title.en: is missing"),
        ("{nl: Eigen, en: Own}", "Own", "own.1.yaml:3: title: must give the text in nl and en"),
        ("version: 1\ntitle", "version: one\ntitle", "own.1.yaml:2: version: must be a whole number"),
        ("version: 1\ntitle", "version: true\ntitle", "own.1.yaml:2: version: must be a whole number"),
        ("version: 1\ntitle", "version: 0\ntitle", "own.1.yaml:2: version: must be at least 1"),
        ("id: own", "id: Own One", "own.1.yaml:1: id: must be small letters and digits"),
        ("order: random", "order: shuffled", "own.1.yaml:6: blocks[first].order: must be one of fixed, random"),
        ("type: multiple", "type: multipel", "blocks[second].items[who].type: must be one of"),
        ("type: multiple", "type: multipel", "did you mean multiple?"),
        ("id: tense, type", "id: calm, type", "own.1.yaml:9: blocks[first].items[calm].id: another item has this id"),
        ("id: tense, type", "id: Tense!, type", "must be small letters and digits with _ between"),
        ("id: second", "id: first", "blocks[first].id: another block has this id"),
        (HIGH, "}", "own.1.yaml:8: blocks[first].items[calm].high: is missing"),
        ("max_length: 80", "max_length: 80\n        min: 3", "own.1.yaml:39: blocks[second].items[words].min: unknown"),
        ("max_length: 80", "max_length: 9000", "items[words].max_length: must lie between 1 and 2000"),
        ("max: 60", "max: 0", "items[minutes].max: must be above min"),
        ("max: 60", "max: 60\n        step: 0", "items[minutes].step: must be above 0"),
        ("max: 60", "max: sixty", "items[minutes].max: must be a number"),
        ("max: 60", "max: .inf", "items[minutes].max: must be a number"),
        ("required: false", "required: maybe", "items[words].required: must be true or false"),
        ("required: false", "required: no", "items[words].required: must be true or false"),
        ("required: false", "shown_share: 0", "items[words].shown_share: must be above 0"),
        ("required: false", "shown_share: 2", "items[words].shown_share: must lie between 0 and 1"),
        ("required: false", "hint:", "items[words].hint: is empty"),
        ("id: friend, label", "id: alone, label", "options[alone].id: another option has this id"),
        (FRIEND, "", "items[who].options: a choice needs at least two options"),
        ("value: 0}", "value: 0, exclusive: true}", "options[no].exclusive: unknown field"),
        ("type: time", "type: info", "night.tried: late must be of type time"),
        (RULE, "{in: [friend, {var: whom}]}", "own.1.yaml:28: blocks[second].items[late].show_if: looks at whom"),
        (RULE, "{in: [friend, {var: minutes}]}", "looks at minutes, which is not asked before"),
        (RULE, "{in: [fiend, {var: who}]}", "who has no option fiend"),
        (RULE, '{"==": [friend, {var: who}]}', "who is multiple"),
        (RULE, '{">": [{var: calm}, many]}', "compares with a number or a time of day"),
        (RULE, '{"==": [{var: calm}, many]}', "calm is compared with a number"),
        (RULE, "{var: who, or: []}", "must be a mapping with one operator"),
        (RULE, "often", "must be a mapping with one operator"),
        ('{"==": [{var: kind}, yes]}', "{in: [yes, {var: kind}]}", "kind is single"),
        ('{"==": [{var: kind}, yes]}', '{"<": [{var: late}, 9]}', "late is compared with a time of day HH:MM"),
        ("id: tense,", "id: tense, show_if: {var: calm},", "items[tense].show_if: looks at calm"),
        ("mood: {mean", "mod: {mean", "measures.mod: unknown measure; did you mean mood?"),
        ("mean: [calm]", "mean: [calmness]", "measures.mood.mean: there is no item calmness; did you mean calm?"),
        ("mean: [calm]", "mean: [calm, tense]", "tense is both plain and reversed"),
        ("mean: [calm]", "mean: [who]", "who has no numbers"),
        ("at_least: 1", "at_least: 3", "measures.mood.at_least: must lie between 1 and 2"),
        ("mean: [calm]", "average: [calm]", "measures.mood: needs exactly one of mean, scale"),
        ("covers: moment}\n  with", "covers: week}\n  with", "measures.mood.covers: must be one of"),
        ("none_of: {who: [alone]}", "none_of: {who: [aloen]}", "with_company.none_of: who has no option aloen"),
        ("none_of: {who: [alone]}", "scale: calm", "gives points, but with_company is in yes_no"),
        ("{scale: minutes", "{scale: words", "words is private, a measure would let it out"),
        ("night: time_asleep", "night: efficiency", "gives share, but time_asleep_min is in minutes"),
        ("night: {tried: late}\n", "", "measures.time_asleep_min.night: there is no night: section in this file"),
        ("{tried: late}", "{trying: late}", "night.trying: unknown field; known: awake_minutes,"),
        ("version: 1\ntitle", "version: 2\ntitle", "id: the file must be called own.2.yaml, after its id and version"),
        ("blocks:", "blocks: []\nblocky:", "blocks: must be a list with at least one entry"),
        ("id: own", "id: [own", "own.1.yaml:2: file: is not YAML"),
        ("id: own", "id: own\nid: again", 'own.1.yaml:2: file: is not YAML: found duplicate key "id"'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(tmp_path: Path, written: str, instead: str, expected: str) -> None:
    assert GOOD.count(written) >= 1
    errors = errors_of(tmp_path, GOOD.replace(written, instead, 1))
    assert any(expected in error for error in errors), errors


def test_all_mistakes_of_all_files_come_together_in_order(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("version: 1\ntitle", "version: x\ntitel").replace("max: 60", "max: -1"), "a.1.yaml")
    errors = errors_of(tmp_path, "- just\n- a list\n", "b.1.yaml")
    places = [error.split(": ")[:2] for error in errors]
    assert places == [
        ["a.1.yaml:1", "title"],
        ["a.1.yaml:2", "version"],
        ["a.1.yaml:3", "titel"],
        ["a.1.yaml:33", "blocks[second].items[minutes].max"],
        ["b.1.yaml:1", "file"],
    ]


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.1.yaml").write_bytes(b"id: \xff\xfe")
    with pytest.raises(ContentErrors, match=r"own.1.yaml:1: file: is not UTF-8 text"):
        load_instruments(tmp_path)


def test_check_content_returns_what_loading_would_raise(tmp_path: Path) -> None:
    write(tmp_path / "q", GOOD.replace("max: 60", "max: -1"))
    (tmp_path / "p").mkdir()
    assert [str(error) for error in check_content(tmp_path / "q", tmp_path / "p")] == [
        "own.1.yaml:33: blocks[second].items[minutes].max: must be above min"
    ]


def test_a_protocol_may_only_ask_what_exists(tmp_path: Path) -> None:
    with pytest.raises(ContentErrors, match=r"momentary\.1"):
        load_protocols(questionnaires=write(tmp_path))


def test_loading_twice_reads_once_and_gives_a_dict_of_ones_own(tmp_path: Path) -> None:
    first = load_instruments()
    first.clear()
    assert len(load_instruments()) >= 4
    assert load_instruments()["momentary.1"] is load_instruments()["momentary.1"]


def test_a_released_file_may_not_change_in_meaning(tmp_path: Path) -> None:
    write(tmp_path)
    assert release(tmp_path) == ("own.1.yaml",)
    assert release(tmp_path) == ()
    write(tmp_path, "# a remark\n" + GOOD.replace("title: {nl: Eigen, en: Own}", "title:\n  en: Own\n  nl: Eigen"))
    assert check_released(tmp_path) == []
    write(tmp_path, GOOD.replace("Kalm?", "Rustig?"))
    (error,) = check_released(tmp_path)
    assert str(error).startswith("own.1.yaml:1: version: was released and must not change")
    with pytest.raises(ContentErrors, match="must not change"):
        release(tmp_path)


def test_a_released_file_may_not_go(tmp_path: Path) -> None:
    write(tmp_path)
    release(tmp_path)
    (tmp_path / "own.1.yaml").unlink()
    (error,) = check_released(tmp_path)
    assert "is gone" in error.message


def test_a_new_version_is_added_and_the_old_one_stays(tmp_path: Path) -> None:
    write(tmp_path)
    release(tmp_path)
    write(tmp_path, GOOD.replace("version: 1\ntitle", "version: 2\ntitle"), "own.2.yaml")
    assert release(tmp_path) == ("own.2.yaml",)
    assert set(read_released(tmp_path)) == {"own.1.yaml", "own.2.yaml"}
    assert set(load_instruments(tmp_path)) == {"own.1", "own.2"}


def test_a_fingerprint_is_of_the_content_and_nothing_else(tmp_path: Path) -> None:
    path = QUESTIONNAIRES / "momentary.1.yaml"
    copy = tmp_path / "copy.yaml"
    copy.write_text("# remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert fingerprint(copy) == fingerprint(path)
