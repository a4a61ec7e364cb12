"""A new password is long and says nothing about its owner; an old one is kept as argon2id."""

from pathlib import Path

import pytest

from server.staff.passwords import hash_password, is_outdated, read_common, verify_password, weaknesses

ABOUT = ("Cleo de Vries", "cleo.devries@universiteit.example", "Hoe gaat het in de tuin", "garden")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("drie fietsen in de gracht", ()),
        ("correct horse battery staple", ()),
        ("Xk9!vQ2#mZ7p", ()),
        ("🚲🌧️ naar school en terug", ()),
        ("kort maar s1", ()),
        ("kort en s1", ("short",)),
        ("cleodevries en nog wat", ("own",)),
        ("mijn GARDEN is groen!!", ("own",)),
        ("cl3o houdt van kaas", ("own",)),  # a digit for a letter hides nothing
        ("aaaaaaaaaaaaaaaa", ("repeated",)),
        ("abcabcabcabcabc", ("repeated",)),
        ("123456789012", ("run",)),
        ("qwertyuiop12", ("run",)),
        ("poiuytrewq987654", ("run",)),
        ("wachtwoord2026", ("common",)),
        ("W4chtw00rd2026!", ("common",)),
        ("welkomwelkom01", ("common",)),
        ("Zomer2026Zomer", ("common",)),
        ("een twee drie vier vijf zes zeven acht negen tien " * 4, ()),  # two hundred signs
        ("een twee drie vier vijf zes zeven acht negen tien " * 4 + "x", ("long",)),
        ("x" * 201, ("long", "repeated")),
    ],
)
def test_why_a_password_is_refused(password: str, why: tuple[str, ...]) -> None:
    found = weaknesses(password, about=ABOUT)
    assert set(why) <= set(found), found
    assert bool(why) == bool(found), found


def test_an_installations_own_list_counts(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("Drie Fietsen In De Gracht\n\nnog een wachtzin\n")
    common = read_common(path)
    assert weaknesses("drie fietsen in de gracht", common=common) == ("common",)
    assert weaknesses("vier fietsen in de gracht", common=common) == ()
    path.write_text("vier fietsen in de gracht en nog iets")
    assert weaknesses("drie fietsen in de gracht", common=read_common(path)) == ()
    assert read_common(None) == frozenset()


def test_a_hash_is_argon2id_with_owasps_parameters_and_its_own_salt() -> None:
    one, other = hash_password("drie fietsen"), hash_password("drie fietsen")
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(one, "drie fietsen")
    assert not verify_password(one, "vier fietsen")
    assert not verify_password("", "drie fietsen")
    assert not is_outdated(one)
    assert is_outdated(one.replace("m=19456", "m=1024"))
