"""Codes from an app: RFC 6238's own numbers, a little drift, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest

from server.crypto import SealBroken
from server.staff.totp import draw_qr, matching_step, new_totp_secret, seal_totp_secret, totp_uri, unseal_totp_secret
from tests.cast import NOW
from tests.server.desk.desk import totp_at

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" in base32


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert matching_step(RFC_SECRET, code, now=at) == seconds // 30
    assert matching_step(RFC_SECRET, f" {code[:3]} {code[3:]} ", now=at) == seconds // 30


@pytest.mark.parametrize(("ahead", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(ahead: int, counts: bool) -> None:
    plain = new_totp_secret()
    step = matching_step(plain, totp_at(plain, NOW + timedelta(seconds=ahead)), now=NOW)
    assert (step is not None) is counts


def test_nothing_up_to_the_last_used_step_counts() -> None:
    plain = new_totp_secret()
    used = matching_step(plain, totp_at(plain, NOW), now=NOW)
    assert used is not None
    for back in (0, 30):
        assert matching_step(plain, totp_at(plain, NOW - timedelta(seconds=back)), now=NOW, after=used) is None
    assert matching_step(plain, totp_at(plain, NOW + timedelta(seconds=30)), now=NOW, after=used) == used + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "12345\x00"])
def test_what_is_no_code_is_no_code(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, now=NOW) is None


def test_a_sealed_secret_opens_for_its_owner_and_key_only() -> None:
    sealed = seal_totp_secret(b"k" * 32, RFC_SECRET, owner="cleo")
    assert RFC_SECRET.encode() not in sealed
    assert sealed != seal_totp_secret(b"k" * 32, RFC_SECRET, owner="cleo")
    assert unseal_totp_secret(b"k" * 32, sealed, owner="cleo") == RFC_SECRET
    for key, owner, what in (
        (b"x" * 32, "cleo", sealed),
        (b"k" * 32, "rena", sealed),
        (b"k" * 32, "cleo", sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(SealBroken):
            unseal_totp_secret(key, what, owner=owner)


def test_the_qr_is_a_picture_without_styles_or_scripts() -> None:
    uri = totp_uri(RFC_SECRET, "cleo@kiem.example")
    assert uri == f"otpauth://totp/Kiem:cleo%40kiem.example?secret={RFC_SECRET}&issuer=Kiem"
    svg = draw_qr(uri)
    assert svg.startswith("<svg")
    assert "viewBox" in svg
    assert not any(word in svg for word in ("style", "script", RFC_SECRET))
