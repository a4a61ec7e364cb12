"""What a well-formed challenge is, and how somebody hears that theirs is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.authoring import FIELDS, check
from challenges.challenge import Challenge
from challenges.problems import MESSAGES
from tests.challenges.making import form


def problems(**said):
    return [str(problem) for problem in check(form(**said)).problems]


def body(nl="Zwaai vandaag naar een boom en wacht.", en="Wave at a tree today and wait there."):
    return {"nl": nl, "en": en}


def test_a_short_form_is_enough_and_the_rest_has_defaults():
    challenge = check(form()).challenge
    assert (challenge.key, challenge.status, challenge.place, challenge.company) == ("wave.1", "draft", "any", "either")
    assert (challenge.min_age, challenge.max_age, challenge.cool_down_days, challenge.proof) == (12, None, 21, "none")
    assert challenge.weekdays == frozenset(range(1, 8))


def test_every_field_may_come_as_text_the_way_forms_and_spreadsheets_send_it():
    as_values = form(
        version=3, min_age=14, max_age=18, not_before=dt.date(2026, 3, 1), not_after=dt.date(2026, 5, 1),
        weekdays=[6, 7], cool_down_days=0, cost=0, season="spring",
    )  # fmt: skip
    as_text = form(
        version="3", min_age=" 14 ", max_age="18", not_before="2026-03-01", not_after="2026-05-01",
        weekdays="6; 7", cool_down_days="0", cost="0", season="spring", minutes="2",
    )  # fmt: skip
    assert check(as_text).challenge == check(as_values).challenge is not None


def test_an_empty_field_of_a_form_is_a_field_left_out():
    blank = {"nl": "", "en": "  "}
    given = form(safety=blank, needs=blank, max_age="", season=" ", author="", version="", not_before="")
    assert check(given).challenge == check(form()).challenge


def test_spacing_is_tidied_and_accents_are_composed():
    messy = form(title={"nl": "  Zwaai\r\n  naar   e\u0301e\u0301n boom ", "en": "Wave at a tree"})
    assert check(messy).challenge.title["nl"] == "Zwaai naar \u00e9\u00e9n boom"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # needed
        ({"slug": None}, ["slug: this field is needed"]),
        ({"strategy": ""}, ["strategy: this field is needed"]),
        ({"title": None}, ["title: this field is needed"]),
        ({"minutes": None}, ["minutes: this field is needed"]),
        # names
        ({"slug": "Wave"}, [
            "slug: only small letters, digits and hyphens, starting with a letter, at most 40 characters"
        ]),
        ({"slug": "a" * 41}, [
            "slug: only small letters, digits and hyphens, starting with a letter, at most 40 characters"
        ]),
        ({"titel": "x"}, ["titel: there is no such field; did you mean title?"]),
        ({"zzz": 1}, ["zzz: there is no such field"]),
        # numbers
        ({"minutes": "soon"}, ["minutes: this must be a whole number"]),
        ({"minutes": 2.5}, ["minutes: this must be a whole number"]),
        ({"minutes": True}, ["minutes: this must be a whole number"]),
        ({"minutes": 0}, ["minutes: must be between 1 and 120"]),
        ({"minutes": 121}, ["minutes: must be between 1 and 120"]),
        ({"min_age": 11}, ["min_age: must be between 12 and 25"]),
        ({"max_age": 26}, ["max_age: must be between 12 and 25"]),
        ({"min_age": 16, "max_age": 15}, ["max_age: must not come before min_age"]),
        ({"cool_down_days": -1}, ["cool_down_days: must be between 0 and 365"]),
        ({"version": 0}, ["version: must be between 1 and 9999"]),
        ({"cost": 2}, ["cost: a challenge costs nothing: this must be 0"]),
        # choices
        ({"place": "moon"}, ["place: choose one of: in, out, any"]),
        ({"place": ["in"]}, ["place: choose one of: in, out, any"]),
        ({"company": "many"}, ["company: choose one of: alone, together, either"]),
        ({"proof": "video"}, ["proof: choose one of: none, note, photo"]),
        ({"status": "Live"}, ["status: choose one of: draft, review, live, retired"]),
        ({"season": "monsoon"}, ["season: choose one of: winter, spring, summer, autumn"]),
        # days
        ({"not_before": "1-3-2026"}, ["not_before: this must be a date like 2026-03-29"]),
        ({"not_before": "2026-02-30"}, ["not_before: this must be a date like 2026-03-29"]),
        ({"not_before": 20260301}, ["not_before: this must be a date like 2026-03-29"]),
        ({"not_before": dt.datetime(2026, 3, 1, 9)}, ["not_before: this must be a date like 2026-03-29"]),
        ({"not_before": "2026-03-02", "not_after": "2026-03-01"}, ["not_after: must not come before not_before"]),
        ({"weekdays": [0, 1]}, ["weekdays: name the days as numbers from 1 (Monday) to 7 (Sunday)"]),
        ({"weekdays": "zaterdag"}, ["weekdays: name the days as numbers from 1 (Monday) to 7 (Sunday)"]),
        ({"weekdays": []}, ["weekdays: name the days as numbers from 1 (Monday) to 7 (Sunday)"]),
        # texts
        ({"title": "Zwaai"}, ["title: give a text in Dutch (nl) and in English (en)"]),
        ({"title": {"nl": "Zwaai"}}, ["title.en: the English text is missing"]),
        ({"safety": {"en": "Mind the tree."}}, ["safety.nl: the Dutch text is missing"]),
        ({"title": {"nl": "Zwaai", "en": "Wave", "de": "Wink"}}, ["title.de: there is no such field"]),
        ({"title": {"nl": 7, "en": "Wave"}}, ["title.nl: this must be text"]),
        ({"title": {"nl": "Zw", "en": "W" * 41}}, [
            "title.nl: at least 3 characters, now 2", "title.en: at most 40 characters, now 41"
        ]),
        ({"body": body(nl="x" * 221)}, ["body.nl: at most 220 characters, now 221"]),
        ({"author": "x" * 201}, ["author: at most 200 characters, now 201"]),
        # what does not belong in a text
        ({"body": body(en="Wave at a <b>tree</b> today.")}, ["body.en: no HTML or angle brackets"]),
        ({"body": body(en="Wave at a tree &amp; wait for it.")}, ["body.en: no HTML or angle brackets"]),
        ({"body": body(en="Look at https://example.org today.")}, ["body.en: no links or addresses"]),
        ({"body": body(nl="Kijk vandaag op voorbeeld.nl even.")}, ["body.nl: no links or addresses"]),
        ({"body": body(nl="Mail vandaag naar jan@voorbeeld even.")}, ["body.nl: no links or addresses"]),
        ({"body": body(en="Wave at [this](tree) today, please.")}, ["body.en: no links or addresses"]),
        ({"body": body(nl="Zwaai vandaag naar\u200b een boom.")}, [
            "body.nl: it contains an invisible character (U+200B); type the text again"
        ]),
        ({"body": body(nl="Zwaai vandaag naar\u202e een boom.")}, [
            "body.nl: it contains an invisible character (U+202E); type the text again"
        ]),
        ({"body": body(en="=1+1 is what you wave today.")}, [
            "body.en: a text does not start with = + - or @, because a spreadsheet reads that as a formula"
        ]),
    ],
)  # fmt: skip
def test_every_mistake_is_named(said, expected):
    assert problems(**said) == expected


def test_every_problem_is_reported_at_once_in_the_order_of_the_fields():
    wrong = form(slug="X", minutes=0, title={"nl": "Hoi"}, weekdays="8", extra=1, place="moon")
    found = check(wrong)
    assert found.challenge is None
    assert [problem.field for problem in found.problems] == [
        "slug",
        "title.en",
        "minutes",
        "place",
        "weekdays",
        "extra",
    ]
    assert [p.code for p in found.problems] == ["slug", "language-missing", "range", "choice", "weekdays", "unknown"]


def test_every_message_is_there_in_both_languages_with_the_same_facts():
    for nl, en in MESSAGES.values():
        facts = [
            {part.split("}")[0].removesuffix("_nl").removesuffix("_en") for part in text.split("{")[1:]}
            for text in (nl, en)
        ]
        assert facts[0] == facts[1]
        assert nl != en


def test_a_problem_speaks_both_languages():
    (problem,) = check(form(title={"nl": "Zwaai", "en": ""})).problems
    assert problem.message == {"nl": "de Engelse tekst ontbreekt", "en": "the English text is missing"}


def test_a_source_may_be_a_link_because_only_the_desk_sees_it():
    assert check(form(source="https://doi.org/10.1371/journal.pone.0137080")).challenge.source.startswith("https")


def test_the_form_knows_every_field_of_a_challenge():
    assert tuple(field.name for field in fields(Challenge)) == FIELDS


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.dates(), st.binary()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["nl", "en", "x"]), inner)),
    max_leaves=6,
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(said=st.dictionaries(st.sampled_from([*FIELDS, "strange"]), anything, max_size=8))
def test_whatever_is_sent_is_answered_and_never_crashes(said):
    checked = check({**form(), **said})
    assert (checked.challenge is None) is bool(checked.problems)
    if checked.challenge is not None:
        hash(checked.challenge)
