"""The board's counts as charts with a sentence and a table, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from markupsafe import Markup

from server.desk.frame import language, t
from server.desk.wording import day, number, percent
from server.monitoring.board import Board
from server.monitoring.charts import Bar, draw_counts, draw_shares
from server.monitoring.one_person import Traces
from server.monitoring.shapes import Count

K = TypeVar("K")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A drawing, what it says in one sentence, and its numbers as rows of (label, planned, answered, share)."""

    name: str
    title: str
    text: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def make_charts(board: Board) -> list[Chart]:
    """Compliance along each axis, in the order of the page."""
    words, views = t("word.weekdays").split(), board.views
    return [
        _shares("day", views.by_day, lambda on: f"{on.day}/{on.month}", lambda on: day(on, language())),
        _shares("study_day", views.by_study_day, str, lambda on: t("board.on_study_day", day=on)),
        _shares("slot", views.by_slot, str, lambda slot: t("board.slot", slot=slot)),
        _shares("weekday", views.by_weekday, lambda on: words[on - 1], lambda on: words[on - 1]),
    ]


def make_load_chart(board: Board, zone: str) -> Chart:
    """Pushes to come, per quarter of an hour."""
    tz = ZoneInfo(zone)
    times = [(board.load_from + timedelta(minutes=15 * place)).astimezone(tz) for place in range(len(board.load))]
    title = t("board.load")
    if board.busiest is None:
        text = t("board.load.none")
    else:
        at, most = board.busiest
        text = t("board.load.text", total=sum(board.load), most=most, time=f"{at.astimezone(tz):%H:%M}")
    bars = [
        Bar(label=f"{at:%H:%M}", value=count, said=f"{at:%H:%M}: {count}")
        for at, count in zip(times, board.load, strict=True)
    ]
    rows = [(f"{at:%H:%M}", str(count)) for at, count in zip(times, board.load, strict=True) if count]
    svg = Markup(draw_counts(bars, name="load", title=title, text=text))
    head = (t("board.load.from"), t("board.load.pushes"))
    return Chart(name="load", title=title, text=text, svg=svg, head=head, rows=tuple(rows))


def chart_person(traces: Traces) -> Chart:
    """One participant's days."""
    return _shares("day", traces.days, lambda on: f"{on.day}/{on.month}", lambda on: day(on, language()))


def _shares(name: str, counts: Mapping[K, Count], label: Callable[[K], str], say: Callable[[K], str]) -> Chart:
    shares = {key: count.share for key, count in counts.items()}
    known = {key: share for key, share in shares.items() if share is not None}
    title = t(f"board.by.{name}")
    if not known:
        text = t("board.no_counts")
    else:
        best, worst = max(known, key=lambda key: known[key]), min(known, key=lambda key: known[key])
        text = t(
            "board.by.text",
            best=say(best),
            most=percent(known[best], language()),
            worst=say(worst),
            least=percent(known[worst], language()),
        )
    bars = [
        Bar(label=label(key), value=share, said=f"{say(key)}: {percent(share, language())}")
        for key, share in shares.items()
    ]
    rows = tuple(
        (
            say(key),
            number(count.planned, language()),
            number(count.answered, language()),
            percent(count.share, language()),
        )
        for key, count in counts.items()
    )
    svg = Markup(draw_shares(bars, name=name, title=title, text=text))
    head = (t(f"board.axis.{name}"), t("board.planned"), t("board.answered"), t("board.share"))
    return Chart(name=name, title=title, text=text, svg=svg, head=head, rows=rows)
