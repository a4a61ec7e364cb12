"""From the picture to sentences: what is worth telling, in which order. Pure.

Each sentence carries its ``code`` and ``figures``, so that a phone can word it itself, and ``text`` in nl and en. Nicer
things come first, then plain ones, then the less nice; what is still to come is last. A sentence tells only what its
piece of the picture shows, so nothing is told below a gate.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from server.trends.contexts import MOOD, SHOWN, Shown
from server.trends.rendering import LANGUAGES, in_both, sentence, spoken_day
from server.trends.sureness import how_well_known
from server.trends.wording import COUNT_WORDS, PART_WORDS, SIDE_WORDS

NICE, PLAIN, LESS_NICE, TO_COME = range(4)
# iSD of mood in points of 100: 20 is what the gates were reckoned with, half of it is little.
EVEN_SPREAD, MUCH_SPREAD = 10.0, 20.0

Block = Mapping[str, Any]
Ranked = tuple[int, dict[str, Any]]


def tell(picture: Block) -> list[dict[str, Any]]:
    """The sentences of a picture as `summary.summarise` builds it, in the order in which to show them."""
    if not picture["answers"]["n"]:
        return [sentence("start", measure=None, sureness=None, figures={})]
    ranked: list[Ranked] = [*_contrasts(picture["contrasts"]), *_sleep_mood(picture["sleep_mood"])]
    for shown in SHOWN:
        block = picture["measures"][shown.key]
        ranked += [*_trend(shown, block["trend"]), *_profile(shown, block["profile"]), *_week(shown, block["week"])]
    ranked += _variability(picture["measures"]["mood"]["variability"])
    ranked += _next_gate(picture)
    return [told for _, told in sorted(ranked, key=lambda pair: pair[0])]


def _contrasts(blocks: Iterable[Block]) -> Iterator[Ranked]:
    told: set[str] = set()
    for block in blocks:
        # "With friends" says more than "with somebody"; both would be one thing told twice.
        if not block["ready"] or (block["code"] == "company" and "friends" in told):
            continue
        told.add(block["code"])
        side = block["a"] if block["difference"] > 0 else block["b"]
        figures = {key: block[key] for key in ("difference", "low", "high", "n_a", "n_b")} | {
            "side": side,
        }
        yield (
            NICE,
            sentence(
                f"contrast.{block['code']}",
                measure="mood",
                sureness=block["sureness"],
                figures=figures,
                words={"side": SIDE_WORDS[side]},
            ),
        )


def _sleep_mood(block: Block) -> Iterator[Ranked]:
    if not block["ready"]:
        return
    figures = {key: block[key] for key in ("rho", "low", "high", "pairs")}
    rank = NICE if block["direction"] == "together" else PLAIN
    yield (
        rank,
        sentence(f"sleep_mood.{block['direction']}", measure="mood", sureness=block["sureness"], figures=figures),
    )


def _trend(shown: Shown, block: Block) -> Iterator[Ranked]:
    if not block["ready"] or (block["direction"] == "unclear" and shown is not MOOD):
        return  # one "no clear line" is enough
    nice = {"up": shown.up, "down": not shown.up}.get(block["direction"])
    rank = PLAIN if nice is None else NICE if nice else LESS_NICE
    figures = {key: block[key] for key in ("per_week", "low", "high", "days", "from", "to")}
    yield (
        rank,
        sentence(
            f"trend.{block['direction']}",
            measure=shown.key,
            sureness=block["sureness"],
            figures=figures,
            words={"from": spoken_day(block["from"]), "to": spoken_day(block["to"])},
        ),
    )


def _profile(shown: Shown, block: Block) -> Iterator[Ranked]:
    found = block["stands_out"] if block["ready"] else None
    if not found:
        return
    higher = found["difference"] > 0
    yield (
        NICE if higher == shown.up else LESS_NICE,
        sentence(
            "profile.higher" if higher else "profile.lower",
            measure=shown.key,
            sureness=found["sureness"],
            figures={"part": found["part"], "difference": found["difference"], "n": block["n"]},
            words={"part": PART_WORDS[found["part"]]},
        ),
    )


def _week(shown: Shown, block: Block) -> Iterator[Ranked]:
    if not block["ready"]:
        return
    mean = round(block["mean"])
    yield (
        PLAIN,
        sentence(
            f"week.{shown.unit}",
            measure=shown.key,
            sureness=block["sureness"],
            figures={key: block[key] for key in ("mean", "n", "days", "from", "to")},
            words={"from": spoken_day(block["from"]), "to": spoken_day(block["to"])}
            | in_both(mean=mean, hours=mean // 60, minutes=mean % 60),
        ),
    )


def _variability(block: Block) -> Iterator[Ranked]:
    if block["ready"]:
        size = "even" if block["isd"] < EVEN_SPREAD else "much" if block["isd"] > MUCH_SPREAD else "some"
        yield (
            PLAIN,
            sentence(
                f"variability.{size}",
                measure="mood",
                sureness=how_well_known(n=block["n"]),
                figures={key: block[key] for key in ("isd", "n")},
            ),
        )


def _next_gate(picture: Block) -> Iterator[Ranked]:
    """The gate that opens soonest, to look forward to; of several needs the one that will take longest."""
    measures = picture["measures"]
    ahead = [(name, measures["mood"][name]) for name in ("week", "profile", "trend")]
    if measures["sleep"]["n"]:  # who is never asked about the night does not wait for one
        ahead.append(("sleep_mood", picture["sleep_mood"]))
    waits = []
    for name, block in ahead:
        if block.get("needs"):
            days, need = max(((_days_to_wait(need), need) for need in block["needs"]), key=lambda wait: wait[0])
            waits.append((days, name, need))
    if waits:
        _, name, need = min(waits, key=lambda wait: wait[0])
        one, many = COUNT_WORDS[need["what"]]
        count = one if need["missing"] == 1 else many
        yield (
            TO_COME,
            sentence(
                f"more.{name}",
                measure="mood",
                sureness=None,
                figures={"what": need["what"], "missing": need["missing"]},
                words={"wait": {language: count[language].format(n=need["missing"]) for language in LANGUAGES}},
            ),
        )


def _days_to_wait(need: Block) -> float:
    """At two answers a day: a third of what is asked, a little rounded up, is what young people give."""
    return float(need["missing"] / (2 if need["what"] == "answers" else 1))
