"""What a protocol does not allow of a study's own rules: every mistake at once, in both languages. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import time

from challenges.strategies import LANGUAGES
from prompts.protocols import LONGEST_CHALLENGE_SPREAD_MIN, DayWindow, Protocol
from prompts.sampling import Rhythm, infeasible
from prompts.wallclock import DAY_MIN, minutes, span
from server.studies.rules import StudyRules, with_rules

LIMITS: Mapping[str, tuple[int, int]] = {
    "days": (1, 120),
    "min_gap": (15, 240),
    "answer_window": (10, 240),
    "alternatives": (0, 4),
    "challenge_within": (0, LONGEST_CHALLENGE_SPREAD_MIN),
}
MOST_REMINDERS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleProblem:
    """One thing that is not allowed; ``field`` is one of `server.studies.rules.FIELDS`, ``text`` says why."""

    field: str
    code: str
    text: Mapping[str, str]


def check_rules(
    protocol: Protocol,
    rules: StudyRules,
    *,
    zone: str,
    instruments: Collection[str],
    strategies: Collection[str],
    challenges: Collection[str],
) -> list[RuleProblem]:
    """Everything that these rules ask and the protocol does not allow; empty when they can be used.

    ``instruments``, ``strategies`` and ``challenges`` are what there is: keys of released questionnaires, names of
    strategies, slugs of live challenges. Whether the beeps fit into the day is asked last, once the numbers are sound.
    """
    found = [*_numbers(rules), *_reminders(rules), *_day(protocol.day, rules), *_times(protocol, rules)]
    found += _content(protocol, rules, instruments)
    found += _choices(rules, strategies, challenges)
    if not {problem.field for problem in found} & {"start", "end", "min_gap", "answer_window", "times", "reminders"}:
        found += _room(protocol, rules, zone)
    return found


def offered_instruments(protocol: Protocol, released: Collection[str]) -> list[str]:
    """Every released version of the questionnaires that the protocol names."""
    named = {key.rpartition(".")[0] for key in protocol.instruments_by_slot}
    return sorted(key for key in released if key.rpartition(".")[0] in named)


def _numbers(rules: StudyRules) -> Iterator[RuleProblem]:
    for name, (low, high) in LIMITS.items():
        value = getattr(rules, name)
        if value is not None and not low <= value <= high:
            yield _problem(
                name,
                "between",
                f"Kies een getal van {low} tot en met {high}.",
                f"Choose a number from {low} to {high}.",
            )


def _reminders(rules: StudyRules) -> Iterator[RuleProblem]:
    inside = all(0 < after < rules.answer_window for after in rules.reminders)
    if not inside or list(rules.reminders) != sorted(set(rules.reminders)) or len(rules.reminders) > MOST_REMINDERS:
        yield _problem(
            "reminders",
            "reminders",
            f"Hoogstens {MOST_REMINDERS} oplopende minuten, alle voor het einde van de {rules.answer_window} minuten "
            "om te antwoorden.",
            f"At most {MOST_REMINDERS} rising minutes, all within the {rules.answer_window} minutes to answer.",
        )


def _day(day: DayWindow, rules: StudyRules) -> Iterator[RuleProblem]:
    first, last = span(rules.start, rules.end)
    outer = span(day.start, day.end)
    if day.adjustable and day.earliest is not None and day.latest is not None:
        outer = span(day.earliest, day.latest)
    if not any(outer[0] <= first + shift and last + shift <= outer[1] for shift in (0, DAY_MIN, -DAY_MIN)):
        low, high = _clock(outer[0]), _clock(outer[1])
        yield _problem(
            "start",
            "outside-protocol",
            f"De dag moet binnen die van het protocol liggen: {low} tot {high}.",
            f"The day must lie within the protocol's: {low} to {high}.",
        )
    elif last - first < day.min_length_min:
        yield _problem(
            "end",
            "too-short",
            f"De dag duurt minstens {day.min_length_min} minuten.",
            f"The day lasts at least {day.min_length_min} minutes.",
        )
    at = rules.challenge_at
    if at is not None and not any(first <= minutes(at) + shift < last for shift in (0, DAY_MIN)):
        yield _problem(
            "challenge_at",
            "outside-day",
            "Kies een tijd tussen het begin en het einde van de dag.",
            "Choose a time between the beginning and the end of the day.",
        )


def _times(protocol: Protocol, rules: StudyRules) -> Iterator[RuleProblem]:
    if rules.times is None:
        return
    wanted = protocol.scheme.beeps
    first, last = span(rules.start, rules.end)
    places = [minutes(at) if minutes(at) >= first else minutes(at) + DAY_MIN for at in rules.times]
    if len(places) != wanted or places != sorted(set(places)):
        yield _problem(
            "times",
            "times",
            f"Het protocol vraagt {wanted} verschillende tijden, in de volgorde van de dag.",
            f"The protocol asks for {wanted} different times, in the order of the day.",
        )
    elif any(place + rules.answer_window > last for place in places):
        yield _problem(
            "times",
            "outside-day",
            "Bij elke tijd moet de tijd om te antwoorden binnen de dag eindigen.",
            "For each time, the minutes to answer must end within the day.",
        )


def _content(protocol: Protocol, rules: StudyRules, released: Collection[str]) -> Iterator[RuleProblem]:
    offered = offered_instruments(protocol, released)
    for name in ("first", "other", "last"):
        if getattr(rules, name) not in offered:
            known = ", ".join(offered)
            yield _problem(
                name,
                "instrument",
                f"Kies een vragenlijst van dit protocol: {known}.",
                f"Choose one of this protocol's questionnaires: {known}.",
            )


def _choices(rules: StudyRules, strategies: Collection[str], challenges: Collection[str]) -> Iterator[RuleProblem]:
    if not rules.languages or not set(rules.languages) <= set(LANGUAGES):
        yield _problem("languages", "languages", "Kies minstens een taal.", "Choose at least one language.")
    for name, chosen, known in (
        ("strategies", rules.strategies, strategies),
        ("challenges", rules.challenges, challenges),
    ):
        if chosen is None:
            continue
        strange = sorted(set(chosen) - set(known))
        if strange:
            listed = ", ".join(strange)
            yield _problem(name, "unknown", f"Deze zijn er niet: {listed}.", f"These do not exist: {listed}.")
        elif not chosen:
            yield _problem(name, "empty", "Kies er minstens een, of alles.", "Choose at least one, or everything.")


def _room(protocol: Protocol, rules: StudyRules, zone: str) -> Iterator[RuleProblem]:
    """What `prompts.sampling.infeasible` has against the protocol's own day with these numbers."""
    place = "times" if rules.times is not None else "min_gap"
    for reason in infeasible(with_rules(protocol, rules, 0), Rhythm(), zone):
        yield RuleProblem(field=place, code=reason.reason_code, text=dict(reason.reason))
        return  # both kinds of day are the same day here


def _problem(field: str, code: str, nl: str, en: str) -> RuleProblem:
    return RuleProblem(field=field, code=code, text={"nl": nl, "en": en})


def _clock(minute: int) -> str:
    return f"{time(minute // 60 % 24, minute % 60):%H:%M}"
