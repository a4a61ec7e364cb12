"""Which questions ask about suicide or self-harm, told by their words. Pure.

Whoever asks that has to be there for the answer (Nock et al., consensus of 24 experts on such studies): an installation
refuses to open a study with such a questionnaire unless its staff look after the answers. Words are looked for, not a
mark that an author could forget; a false alarm is answered by another wording, a missed one by nobody.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from prompts.instruments import Instrument, Item

_SIGNS = re.compile(
    r"suicid|zelfmoord|zelfdoding|zelfbeschadig|automutil|self-?\s?harm|self-?\s?injur"
    r"|\b(dood|dead)\b.{0,20}\b(willen|wilde|wil|wou|wish|want|off|better|beter)\b"
    r"|\b(wil|wilde|wou|willen|want(ed)?|wish(ed)?|liever|beter|better|rather)\b.{0,24}\b(dood|dead)\b"
    r"|\b(want(ed)?|wish(ed)?|wil|wilde|zou)\b.{0,20}\b(to die|doodgaan|sterven)\b"
    r"|\beinde?\b.{0,14}\b(je|jouw|mijn|het|uw)\b.{0,6}\bleven\b|\bend(ing)?\b.{0,4}\b(your|my|own)\b.{0,6}\blife\b"
    r"|\bniet (meer|langer)\b.{0,10}\b(leven|er zijn)\b|\bnot\b.{0,12}\b(be alive|live any)|\bno longer\b.{0,8}\blive\b"
    r"|\b(kill|hurt|harm|cut)(ing)? (yourself|myself)\b|\b(jezelf|mezelf|jezelve|uzelf)\b.{0,16}\b(pijn|snij|verwond)"
    r"|\b(pijn|verwond|snijd)\w*\b.{0,12}\b(jezelf|mezelf)\b"
)


def asks_about_suicide(instrument: Instrument) -> tuple[str, ...]:
    """The ids of its items that do, in file order."""
    return tuple(item.id for item in instrument.items if _SIGNS.search(_words(item)))


def gives_sign(item: Item, answer: Any) -> bool:
    """Whether an answer to such an item is anything but its lowest: a no, a zero, "never". No answer gives no sign."""
    if answer is None or not item.asks:
        return False
    if item.type == "text":
        return bool(str(answer).strip())
    if item.type == "multiple":
        chosen = [item.option(one) for one in answer]
        return any(option is not None and not option.exclusive for option in chosen)
    if item.type == "single":
        values = {option.id: option.value for option in item.options if option.value is not None}
        if len(values) == len(item.options):
            return bool(values[answer] > min(values.values()))
        return bool(answer != item.options[0].id)
    return bool(float(answer) > item.limits()[0]) if item.type in ("slider", "number") else True


def _words(item: Item) -> str:
    texts: list[Mapping[str, str] | None] = [item.prompt, item.hint, *(option.label for option in item.options)]
    joined = " · ".join(text for one in texts if one for text in one.values())
    plain = unicodedata.normalize("NFKD", f"{joined} {item.construct}".casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
