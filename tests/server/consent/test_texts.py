import re
from pathlib import Path

import pytest

from prompts.yaml_reader import ContentErrors
from server.consent.texts import Section, default_texts, fingerprint, read_text

CONTACT = {"name": "Cleo", "mail": "cleo@garden.example", "phone": "010-1234567"}


def texts() -> dict[str, tuple[Section, ...]]:
    return default_texts(
        title={"nl": "Tuin", "en": "Garden"}, days=21, beeps=5, institution="De Universiteit", contact=CONTACT
    )


def test_the_default_text_is_filled_in_for_the_study_in_both_languages() -> None:
    for language, sections in texts().items():
        whole = " ".join(section.text for section in sections)
        assert "$" not in whole
        assert all(word in whole for word in ("De Universiteit", "21", " 5 ", "cleo@garden.example", "010-1234567"))
        assert {"nl": "Tuin", "en": "Garden"}[language] in whole


def test_both_languages_tell_the_same_things_in_the_same_order() -> None:
    nl, en = texts()["nl"], texts()["en"]
    shape = [section.text.count("\n\n") for section in nl]
    assert [section.text.count("\n\n") for section in en] == shape


def test_a_twelve_year_old_can_read_it() -> None:
    """Short sentences: at most 26 words in any, 13 on average."""
    for sections in texts().values():
        lengths = [
            len(sentence.split())
            for section in sections
            for sentence in re.split(r"(?<=[.!?:])\s+", section.text)
            if sentence
        ]
        assert max(lengths) <= 26
        assert sum(lengths) / len(lengths) <= 13


def test_the_fingerprint_is_of_every_letter_and_of_the_language() -> None:
    one = [Section(title="a", text="b")]
    assert fingerprint("nl", one) == fingerprint("nl", list(one))
    others = {
        fingerprint("en", one),
        fingerprint("nl", [Section(title="a", text="b.")]),
        fingerprint("nl", [Section(title="ab", text="")]),
        fingerprint("nl", one + one),
    }
    assert len(others | {fingerprint("nl", one)}) == 5


def test_a_text_of_ones_own_is_refused_with_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("language: fr\nsections:\n  - title: Hi\n    text: Ask $whom\n  - title: Only a title\n")
    with pytest.raises(ContentErrors) as caught:
        read_text(path, {"title": "x"})
    assert [(error.line, error.field.rpartition(".")[2]) for error in caught.value.errors] == [
        (1, "language"),
        (4, "text"),
        (5, "text"),
    ]
