import hashlib

import pytest

from server.crypto import ALPHABET, group_code, hash_code, hash_secret, hash_with_key, new_code, new_token, read_code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7K3M9QXT", "7K3M9QXT"),
        ("7k3m-9qxt", "7K3M9QXT"),
        (" 7K3M 9QXT\n", "7K3M9QXT"),
        ("7K3M–9QXT", "7K3M9QXT"),  # phones turn two dashes into one long one
        ("O0Il1L", "001111"),  # what looks alike is alike
        ("", ""),
        ("7K3M9QXU", ""),  # no code has a U
        ("7K3M\x009QX", ""),
        ("\ud800", ""),
    ],
)
def test_a_typed_code_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert read_code(typed) == meant


def test_every_new_code_survives_being_shown_and_typed() -> None:
    for _ in range(200):
        code = new_code(8)
        assert read_code(group_code(code).lower()) == code


def test_the_alphabet_has_five_bits_a_sign_and_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("OILU") & set(ALPHABET)


def test_tokens_have_256_bits_and_do_not_repeat() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)  # 32 bytes in base64url


def test_an_address_cannot_be_recognised_without_the_key() -> None:
    assert hash_with_key(b"one", "join", "192.0.2.1") != hash_with_key(b"two", "join", "192.0.2.1")
    assert hash_with_key(b"one", "join", "192.0.2.1") != hash_secret("join\x00192.0.2.1")


def test_the_parts_of_a_keyed_hash_cannot_be_shifted() -> None:
    assert hash_with_key(b"k", "ab", "c") != hash_with_key(b"k", "a", "bc")


def test_a_code_that_people_write_down_takes_work_to_guess() -> None:
    """Memory-hard, with parameters that a code of sixty bits needs (RFC 7914); the same code is found again by it."""
    code = "7K2MWQ9XA4TB"
    kept = hash_code(code)
    assert kept == hash_code(code) != hash_code("7K2MWQ9XA4TC")
    assert kept not in (hash_secret(code), hashlib.sha256(code.encode()).digest())
    assert kept == hashlib.scrypt(code.encode(), salt=b"kiem recovery code", n=4096, r=8, p=1, dklen=32)
