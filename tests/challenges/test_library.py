"""Challenge files: every mistake of every file at once, each with its line."""

from __future__ import annotations

import textwrap

import pytest

from challenges.library import LibraryErrors, check_library, load_starter, read_library, read_yaml, write_yaml
from challenges.release import record_released

GOOD = """\
strategy: humour
defaults:
  status: live
challenges:
  - slug: sigh
    title: {nl: Zucht, en: A sigh}
    body:
      nl: Zucht vandaag zo luid als een oud paard.
      en: Sigh today as loudly as an old horse.
    minutes: 1
"""


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return write


def messages(path):
    return [str(error) for error in check_library(path)]


def test_a_good_file_is_read_with_what_it_inherits(folder):
    (challenge,) = load_starter(folder(humour=GOOD)).values()
    assert (challenge.key, challenge.strategy, challenge.status, challenge.minutes) == ("sigh.1", "humour", "live", 1)
    assert type(challenge.title) is dict  # nothing of the reader's own


def test_a_challenge_may_say_otherwise_than_the_defaults(folder):
    text = GOOD + "    status: draft\n"
    assert load_starter(folder(humour=text))["sigh"].status == "draft"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["humour.yaml:1: challenges: the file must hold a list of challenges under this name"]),
        ("- just\n- a list\n", ["humour.yaml:1: challenges: the file must hold a list of challenges under this name"]),
        (
            "challenges: many\n",
            ["humour.yaml:1: challenges: the file must hold a list of challenges under this name"],
        ),
        (
            GOOD.replace("minutes: 1", "minutes: [1"),
            ["humour.yaml:11: yaml: expected ',' or ']', but got '<stream end>'"],
        ),
        (
            GOOD + "    minutes: 2\n",
            ['humour.yaml:11: yaml: found duplicate key "minutes" with value "2" (original value: "1")'],
        ),
        (
            GOOD.replace("minutes: 1", "minutes: !!int ''"),
            ["humour.yaml:10: yaml: tags (!) are not used here: put quotes around the text"],
        ),
        ("challenges: " + "[" * 5000, ["humour.yaml:1: yaml: brackets are nested too deeply"]),
        (
            GOOD.replace("nl: Zucht", "nl: &a Zucht").replace("en: A sigh", "en: *a"),
            ["humour.yaml:6: yaml: aliases are not used here: write the text out"],
        ),
        (GOOD.replace("minutes: 1", "minutes: one"), ["humour.yaml:10: minutes: this must be a whole number"]),
        (GOOD.replace("    minutes: 1\n", ""), ["humour.yaml:5: minutes: this field is needed"]),
        (
            GOOD.replace("as an old horse", "as an old <i>horse</i>"),
            ["humour.yaml:9: body.en: no HTML or angle brackets"],
        ),
        (
            GOOD.replace("      en: Sigh today as loudly as an old horse.\n", ""),
            ["humour.yaml:7: body.en: the English text is missing"],
        ),
        (
            GOOD.replace("strategy: humour", "strategy: jokes"),
            [
                "humour.yaml:5: strategy: choose one of: kindness, support, distraction, movement, problem-solving, "
                "reappraisal, acceptance, relaxation, savouring, humour"
            ],
        ),
        (GOOD.replace("strategy: humour", "strategy: kindness"), ["humour.yaml:1: strategy: choose one of: humour"]),
        (GOOD + "owner: me\n", ["humour.yaml:11: owner: there is no such field"]),
        (GOOD + "    minuts: 2\n", ["humour.yaml:11: minuts: there is no such field; did you mean minutes?"]),
        (
            GOOD + "  - just a line\n",
            ["humour.yaml:11: challenges.2: a challenge consists of fields with a value"],
        ),
        (
            GOOD + "    not_before: 2026-13-01\n",
            ["humour.yaml:11: not_before: this must be a date like 2026-03-29"],
        ),
        (
            GOOD + "    season: rainy\n    cost: 3\n    weekdays: [8]\n",
            [
                "humour.yaml:11: season: choose one of: winter, spring, summer, autumn",
                "humour.yaml:12: cost: a challenge costs nothing: this must be 0",
                "humour.yaml:13: weekdays: name the days as numbers from 1 (Monday) to 7 (Sunday)",
            ],
        ),
    ],
)  # fmt: skip
def test_every_mistake_names_its_file_line_and_field(folder, text, expected):
    assert messages(folder(humour=text)) == expected


def test_the_mistakes_of_all_files_come_at_once(folder):
    path = folder(
        humour=GOOD.replace("minutes: 1", "minutes: 0"), kindness="strategy: [", support="challenges:\n  - 7\n"
    )
    assert messages(path) == [
        "humour.yaml:10: minutes: must be between 1 and 120",
        "kindness.yaml:1: yaml: expected the node content, but found '<stream end>'",
        "support.yaml:2: challenges.1: a challenge consists of fields with a value",
    ]
    with pytest.raises(LibraryErrors) as raised:
        load_starter(path)
    assert str(raised.value).splitlines() == messages(path)


def test_a_slug_or_title_used_twice_points_at_its_first_use(folder):
    again = GOOD.replace("strategy: humour", "strategy: support")
    assert messages(folder(humour=GOOD, support=again)) == [
        "support.yaml:5: slug: this slug is already used in humour.yaml:5",
        "support.yaml:5: title.nl: this title is already used by humour.yaml:5",
        "support.yaml:5: title.en: this title is already used by humour.yaml:5",
    ]


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "humour.yaml").write_bytes(GOOD.replace("oud", "o\u00fad").encode("latin-1"))
    assert messages(tmp_path) == ["humour.yaml:1: file: the file is not UTF-8"]


def test_no_is_a_word_and_not_a_truth_value(folder):
    assert load_starter(folder(humour=GOOD.replace("en: A sigh", "en: Off")))["sigh"].title["en"] == "Off"


def test_doubts_do_not_stop_a_file(folder):
    library = read_library(folder(humour=GOOD.replace("een oud paard", "een oud paard! Echt! Waar!")))
    assert library.errors == ()
    assert [nudge.code for nudge in library.placed[0].nudges] == ["exclamations"]


def test_the_starter_survives_being_written_and_read_again():
    challenges = list(load_starter().values())
    text = write_yaml(challenges)
    assert [placed.challenge for placed in read_yaml(text).placed] == challenges
    assert write_yaml(placed.challenge for placed in read_yaml(text).placed) == text


class TestReleased:
    """A folder that keeps a record of what was released is held to it."""

    @pytest.fixture
    def released(self, folder):
        path = folder(humour=GOOD)
        assert record_released(path, load_starter(path).values()) == ["sigh.1"]
        assert messages(path) == []
        return path

    def rewrite(self, path, text):
        (path / "humour.yaml").write_text(text, encoding="utf-8")
        return messages(path)

    def test_a_released_text_may_not_change(self, released):
        assert self.rewrite(released, GOOD.replace("oud paard", "jong paard")) == [
            "humour.yaml:5: version: sigh.1 was released and may not change any more: give the new text version 2"
        ]

    def test_a_new_version_may_but_has_to_be_recorded(self, released):
        text = GOOD.replace("oud paard", "jong paard") + "    version: 2\n"
        assert self.rewrite(released, text) == [
            "humour.yaml:5: version: sigh.2 is not recorded yet: python -m challenges release"
        ]
        assert record_released(released, load_all(released)) == ["sigh.2"]
        assert messages(released) == []

    def test_recording_again_never_overwrites_a_fingerprint(self, released):
        self.rewrite(released, GOOD.replace("oud paard", "jong paard"))
        assert record_released(released, load_all(released)) == []
        assert len(messages(released)) == 1

    def test_a_released_challenge_may_not_vanish_but_may_retire(self, released):
        assert self.rewrite(released, "challenges: []\n") == [
            "released.json:1: version: sigh.1 was released and may not vanish: set its status to retired"
        ]
        assert self.rewrite(released, GOOD.replace("status: live", "status: retired")) == []

    def test_who_may_get_it_when_may_change_without_a_new_version(self, released):
        assert self.rewrite(released, GOOD + "    min_age: 16\n    cool_down_days: 40\n    reviewer: Cleo\n") == []

    def test_a_draft_needs_no_record(self, released):
        draft = (
            GOOD.split("challenges:\n")[1].replace("sigh", "yawn").replace("Zucht,", "Gaap,").replace("A sigh", "Yawn")
        )
        assert self.rewrite(released, GOOD + draft + "    status: draft\n") == []


def load_all(path):
    return [placed.challenge for placed in read_library(path).placed]
