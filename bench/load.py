"""A country's school day, minute by minute: how many pushes fall due, drawn by the planner itself.

    python -m bench.load [--people 100000] [--svg docs/scale-load.svg]

Everybody follows grow-it.1 on one Wednesday in one zone. Three days: the protocol's own; one with the lessons of a
school kept quiet (08:30-10:30, 10:45-12:15, 12:45-15:00), so that mornings have only two breaks; and, for comparison,
a protocol that asks everybody at 10:30 sharp. Prints one JSON line: the busiest minute of each, and how long one worker
at ``--per-s`` pushes a second takes for it. With ``--svg`` it also draws them.
"""

import argparse
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prompts.rhythm import Rhythm
from server.content import protocols
from server.planning.drafts import draft_days

ON = date(2026, 3, 11)
ZONE = "Europe/Amsterdam"
LESSONS = [["08:30", "10:30"], ["10:45", "12:15"], ["12:45", "15:00"]]
SCHOOL = {"school": {"start": "07:30", "end": "21:30", "quiet": LESSONS}, "free": {"start": "09:00", "end": "21:00"}}


def main() -> None:
    """Draw the days, print the figures, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--per-s", type=float, default=1_100, help="pushes a second of one worker")
    parser.add_argument("--svg", type=Path)
    args = parser.parse_args()
    days = {
        "the protocol's own day": count_minutes(args.people, None),
        "lessons kept quiet, breaks open": count_minutes(args.people, SCHOOL),
        "everybody at 10:30 sharp": Counter({10 * 60 + 30: args.people}),
    }
    told = {name: describe(minutes, args.per_s) for name, minutes in days.items()}
    print(json.dumps({"bench": "load", "people": args.people, "per_s": args.per_s, "days": told}))
    if args.svg:
        args.svg.write_text(draw(days, args.people))


def count_minutes(people: int, rhythm: object) -> Counter[int]:
    """Pushes by minute of the local day: questionnaires and the day's challenge."""
    protocol = protocols()["grow-it.1"]
    own = Rhythm.from_json(rhythm) if isinstance(rhythm, dict) else Rhythm()
    midnight = int(datetime(ON.year, ON.month, ON.day, tzinfo=ZoneInfo(ZONE)).timestamp())
    minutes: Counter[int] = Counter()
    for number in range(people):
        person = uuid.UUID(int=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)
        for draft in draft_days(
            person, protocol=protocol, study_seed=b"load" * 8, zone=ZONE, rhythm=own, first=ON, last=ON
        ):
            draft.with_challenge = True
            for _slot, due, _expires, _facts in draft.lines():
                minutes[(due - midnight) // 60] += 1
    return minutes


def describe(minutes: Counter[int], per_s: float) -> dict[str, object]:
    """The busiest minute and the next, each with the seconds one worker needs for it."""
    ordered = minutes.most_common(2)
    (minute, most), second = ordered[0], (ordered[1] if len(ordered) > 1 else ordered[0])
    return {
        "pushes": sum(minutes.values()),
        "busiest": _clock(minute),
        "in_it": most,
        "one_worker_s": round(most / per_s),
        "next_busiest": _clock(second[0]),
        "in_that": second[1],
        "that_one_worker_s": round(second[1] / per_s, 1),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


WIDTH, HEIGHT, LEFT, TOP, GAP = 900, 150, 70, 46, 62
FIRST, LAST = 7 * 60, 22 * 60


def draw(days: dict[str, Counter[int]], people: int) -> str:
    """The days under each other on one scale, high enough for all but a minute in which everybody is pushed at once,
    which is cut off and told in figures."""
    top = 1.2 * max(count for minutes in days.values() for count in minutes.values() if count < people / 2)
    parts = [_head(len(days), people)]
    for place, (name, minutes) in enumerate(days.items()):
        parts += _panel(TOP + place * (HEIGHT + GAP), name, minutes, top)
    return "\n".join([*parts, "</svg>", ""])


def _head(panels: int, people: int) -> str:
    height = TOP + panels * (HEIGHT + GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {height}" role="img" '
        'font-family="sans-serif" font-size="13">\n'
        f"<title>Pushes a minute for {people:,} people in one zone</title>\n"
        '<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<text x="{LEFT}" y="20" font-size="16">Pushes a minute, {people:,} people, one school day</text>'
    )


def _panel(y: float, name: str, minutes: Counter[int], top: float) -> list[str]:
    step = WIDTH / (LAST - FIRST)
    base = y + HEIGHT
    parts = [
        f'<text x="{LEFT}" y="{y - 6}" font-weight="bold">{name}</text>',
        f'<path d="{_outline(minutes, base, step, top)}" fill="#2a6f6b"/>',
        f'<path d="M{LEFT} {base}h{WIDTH}" stroke="#222"/>',
    ]
    for hour in range(FIRST // 60, LAST // 60 + 1, 3):
        parts.append(f'<text x="{LEFT + (hour * 60 - FIRST) * step:.0f}" y="{base + 16}">{hour}:00</text>')
    spikes = [minute for minute, count in minutes.items() if count > top]
    usual = [(minute, count) for minute, count in minutes.most_common(len(spikes) + 1) if count <= top]
    for minute, count in [*((minute, minutes[minute]) for minute in spikes), *usual]:
        x, height = LEFT + (minute - FIRST) * step, min(count, top) / top * HEIGHT
        cut = ", cut off here" if count > top else ""
        parts.append(f'<text x="{x + 6:.0f}" y="{base - height + 10:.0f}">{_clock(minute)}: {count:,}{cut}</text>')
    return parts


def _outline(minutes: Counter[int], base: float, step: float, top: float) -> str:
    heights: Sequence[float] = [min(minutes[minute], top) / top * HEIGHT for minute in range(FIRST, LAST)]
    return f"M{LEFT} {base}" + "".join(f"V{base - height:.1f}h{step:.2f}" for height in heights) + f"V{base}z"


if __name__ == "__main__":
    main()
