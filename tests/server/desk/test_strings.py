"""Every text the desk uses is there in both languages, and every text that is there is used."""

import re
from pathlib import Path

import pytest

from server.desk.strings import AREAS, LANGUAGES, TEXTS, collect, translate

DESK = Path(__file__).resolve().parents[3] / "server" / "desk"
SOURCES = [path for kind in ("*.py", "*.html") for path in DESK.rglob(kind)]
CODE = "\n".join(path.read_text() for path in SOURCES if path.parent.name != "strings")
LITERALS = set(re.findall(r"""["']([a-z_]+(?:\.[\w-]+)+)["']""", CODE))
# t("role." ~ role) in a template, f"password.{code}" in Python.
STARTS = set(re.findall(r"""["']([a-z_]+\.(?:[\w-]+\.)*)["']\s*~""", CODE)) | set(
    re.findall(r"""f["']([a-z_]+\.(?:[\w-]+\.)*)\{""", CODE)
)


def stem(key: str) -> str:
    return re.sub(r"\.(one|many)$", "", key)


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"""\bt\(\s*["']([\w.-]+)["']\s*[,)]""", CODE)) | set(
        re.findall(r"""(?:go\(.+?|wrong\([^,]+),\s*["']([a-z_]+\.[\w.]+)["']""", CODE)
    )
    assert len(asked) > 50
    assert {key for key in asked if key not in TEXTS and f"{key}.one" not in TEXTS} == set()


def test_every_text_that_is_there_is_asked_for() -> None:
    unused = {key for key in TEXTS if stem(key) not in LITERALS and not any(key.startswith(start) for start in STARTS)}
    assert unused == set()


def test_both_languages_say_something_with_the_same_values() -> None:
    for key, (dutch, english) in TEXTS.items():
        assert dutch.strip(), key
        assert english.strip(), key
        # A text for one person may leave the number out in one of the languages.
        values = [set(re.findall(r"\{(\w+)", text)) - {"count"} for text in (dutch, english)]
        assert values[0] == values[1], key


def test_one_and_many_come_together() -> None:
    lonely = {key for key in TEXTS if key.endswith((".one", ".many")) and f"{stem(key)}.{_other(key)}" not in TEXTS}
    assert lonely == set()


def test_a_key_in_two_areas_is_refused() -> None:
    with pytest.raises(ValueError, match=r"form\.wrong"):
        collect([*AREAS, {"form.wrong": ("a", "b")}])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_chooses_its_words(language: str) -> None:
    one, many = (translate("codes.left", language, count=count) for count in (1, 7))
    assert one != many
    assert "7" in many


def _other(key: str) -> str:
    return "many" if key.endswith(".one") else "one"
