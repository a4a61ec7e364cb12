"""Ids that lead nowhere."""

import random
import uuid
from itertools import pairwise

import pytest

from server.export import pseudonyms as module
from server.export.pseudonyms import ALPHABET, LETTERS, agreement_key, pseudonyms

IDS = [str(uuid.UUID(int=number)) for number in range(2_000)]
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


def test_two_exports_have_no_id_in_common() -> None:
    first, second = pseudonyms(IDS, key=KEY), pseudonyms(IDS, key=OTHER)
    assert not set(first.values()) & set(second.values())


def test_the_same_key_gives_the_same_ids_whatever_the_order() -> None:
    shuffled = list(IDS)
    random.Random(1).shuffle(shuffled)
    assert list(pseudonyms(shuffled, key=KEY).items()) == list(pseudonyms(IDS, key=KEY).items())


def test_rows_are_ordered_by_pseudonym_and_that_order_says_nothing_of_joining() -> None:
    told = pseudonyms(IDS, key=KEY)
    assert list(told.values()) == sorted(told.values())
    places = [IDS.index(id) for id in told]
    rising = sum(a < b for a, b in pairwise(places))
    assert 900 < rising < 1_100


def test_an_id_has_seven_characters_that_cannot_be_confused() -> None:
    for word in pseudonyms(IDS, key=KEY).values():
        assert len(word) == 7
        assert word[0] in LETTERS
        assert set(word) <= set(ALPHABET)
    assert not set("01ILOUAE") & set(ALPHABET)


def test_nobody_shares_an_id_even_where_digests_begin_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LENGTH", 2)  # 560 words for 400 people: many are drawn again
    told = pseudonyms(IDS[:400], key=KEY)
    assert len(set(told.values())) == 400
    assert told == pseudonyms(reversed(IDS[:400]), key=KEY)


def test_a_linked_export_is_linked_within_its_agreement_only() -> None:
    secret = bytes(32)
    first = agreement_key(secret, study="demo", agreement="2026-7")
    assert first == agreement_key(secret, study="demo", agreement=" 2026-7 ")
    assert first != agreement_key(secret, study="demo", agreement="2026-8")
    assert first != agreement_key(secret, study="other", agreement="2026-7")


def test_a_short_key_and_a_nameless_agreement_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonyms(IDS, key=b"short")
    with pytest.raises(ValueError, match="agreement"):
        agreement_key(bytes(32), study="demo", agreement=" ")
