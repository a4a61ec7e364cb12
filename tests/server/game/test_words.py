from server.game.words import ADJECTIVES, ANIMALS, AVATARS, STICKERS, nickname


def test_there_are_names_enough_and_each_in_both_languages() -> None:
    names = [nickname(adjective, animal) for adjective in ADJECTIVES for animal in ANIMALS]
    assert len(names) >= 700
    for language in ("nl", "en"):
        assert len({name[language] for name in names}) == len(names)
    assert nickname("sunny", "otter") == {"nl": "Zonnige Otter", "en": "Sunny Otter"}


def test_keys_are_what_the_app_draws_and_says() -> None:
    assert (len(AVATARS), len(STICKERS)) == (12, 16)
    assert len(set(AVATARS)) == 12
    assert len(set(STICKERS)) == 16
    assert all(len(key) <= 24 for key in (*ADJECTIVES, *ANIMALS, *AVATARS, *STICKERS))
