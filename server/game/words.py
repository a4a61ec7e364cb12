"""The fixed words of the game: nicknames put together from safe halves, avatars and stickers. No free text anywhere.

Every animal takes "de" in Dutch, so that each adjective has one form. Nothing here is about looks, size or cleverness.
"""

from types import MappingProxyType
from typing import Final

Text = MappingProxyType[str, str]


def _texts(**pairs: tuple[str, str]) -> MappingProxyType[str, Text]:
    return MappingProxyType({key: MappingProxyType({"nl": nl, "en": en}) for key, (nl, en) in pairs.items()})


ADJECTIVES: Final = _texts(
    brave=("Dappere", "Brave"),
    calm=("Kalme", "Calm"),
    cheerful=("Vrolijke", "Cheerful"),
    cosy=("Knusse", "Cosy"),
    curious=("Nieuwsgierige", "Curious"),
    daring=("Gewaagde", "Daring"),
    dreamy=("Dromerige", "Dreamy"),
    friendly=("Vriendelijke", "Friendly"),
    gentle=("Zachte", "Gentle"),
    golden=("Gouden", "Golden"),
    green=("Groene", "Green"),
    happy=("Blije", "Happy"),
    lively=("Levendige", "Lively"),
    lucky=("Gelukkige", "Lucky"),
    merry=("Montere", "Merry"),
    musical=("Muzikale", "Musical"),
    patient=("Geduldige", "Patient"),
    playful=("Speelse", "Playful"),
    silver=("Zilveren", "Silver"),
    sparkling=("Sprankelende", "Sparkling"),
    sunny=("Zonnige", "Sunny"),
    surprising=("Verrassende", "Surprising"),
    travelling=("Reizende", "Travelling"),
    whistling=("Fluitende", "Whistling"),
)
ANIMALS: Final = _texts(
    badger=("Das", "Badger"),
    bee=("Bij", "Bee"),
    blackbird=("Merel", "Blackbird"),
    bumblebee=("Hommel", "Bumblebee"),
    butterfly=("Vlinder", "Butterfly"),
    crane=("Kraanvogel", "Crane"),
    dolphin=("Dolfijn", "Dolphin"),
    dragonfly=("Libel", "Dragonfly"),
    finch=("Vink", "Finch"),
    fox=("Vos", "Fox"),
    hare=("Haas", "Hare"),
    hedgehog=("Egel", "Hedgehog"),
    heron=("Reiger", "Heron"),
    kingfisher=("IJsvogel", "Kingfisher"),
    koala=("Koala", "Koala"),
    lynx=("Lynx", "Lynx"),
    marten=("Marter", "Marten"),
    otter=("Otter", "Otter"),
    owl=("Uil", "Owl"),
    panda=("Panda", "Panda"),
    robin=("Roodborst", "Robin"),
    salamander=("Salamander", "Salamander"),
    seal=("Zeehond", "Seal"),
    snail=("Slak", "Snail"),
    squirrel=("Eekhoorn", "Squirrel"),
    stork=("Ooievaar", "Stork"),
    swallow=("Zwaluw", "Swallow"),
    titmouse=("Koolmees", "Titmouse"),
    tortoise=("Schildpad", "Tortoise"),
    whale=("Walvis", "Whale"),
)
AVATARS: Final = (
    "fox",
    "owl",
    "hedgehog",
    "otter",
    "frog",
    "beetle",
    "bee",
    "snail",
    "hare",
    "robin",
    "deer",
    "squirrel",
)
STICKERS: Final = (
    "hello",
    "well_done",
    "thank_you",
    "keep_going",
    "sun",
    "rain",
    "rainbow",
    "tea",
    "sleepy",
    "laugh",
    "music",
    "star",
    "high_five",
    "hug",
    "party",
    "sprout",
)


def nickname(adjective: str, animal: str) -> dict[str, str]:
    """The name in each language; KeyError for words that are not on the lists."""
    return {language: f"{ADJECTIVES[adjective][language]} {ANIMALS[animal][language]}" for language in ("nl", "en")}
