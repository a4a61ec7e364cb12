"""Items that are answered by the calendar: whether today is a school day tells weekdays, and a week of "no" a holiday.

Released questionnaires never change, so what such an item is stands here, by what it measures. Pure.
"""

from collections.abc import Iterable

from prompts.instruments import Instrument, Item
from server.export.generalise import Text

CALENDAR_CONSTRUCTS = frozenset({"kind of day"})
"""What items measure (`Item.construct`) that the calendar and no mood or memory answers."""

NOTE: Text = {
    "nl": "-97 ook bij wie aan de weekdag van de start te herkennen was; dit item zou die laten zien.",
    "en": "-97 also for those whom the weekday of their start would give away; this item would show it.",
}


def tells_the_calendar(item: Item) -> bool:
    """Whether an item must go where the weekday of the first day may not be told."""
    return item.construct in CALENDAR_CONSTRUCTS


def calendar_items(instruments: Iterable[Instrument]) -> frozenset[str]:
    """Ids of such items in these questionnaires."""
    return frozenset(item.id for one in instruments for item in one.items if tells_the_calendar(item))
