"""Numbers, days and times as a reader of Dutch or English expects them. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.desk.strings import translate


def number(value: float, language: str, digits: int = 0) -> str:
    """``1240.5`` with one digit: 1.240,5 in Dutch, 1,240.5 in English."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def percent(share: float | None, language: str) -> str:
    """``0.834``: 83%. A dash when there is nothing to tell."""
    return "–" if share is None else f"{number(share * 100, language)}%"


def day(value: date, language: str, *, weekday: bool = True) -> str:
    """``wo 4 maart 2026``, ``Wed 4 March 2026``."""
    words = translate("word.weekdays", language).split()
    month = translate("word.months", language).split()[value.month - 1]
    text = f"{value.day} {month} {value.year}"
    return f"{words[value.weekday()]} {text}" if weekday else text


def moment(value: datetime, language: str, zone: str = "Europe/Amsterdam") -> str:
    """An instant on the wall of ``zone``: ``wo 4 maart 2026, 12:00``."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)}, {local:%H:%M}"
