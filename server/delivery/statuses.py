"""What a push service's answer means: sorted by status number alone, never by its words."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from server.delivery.gateway import Kind

LONGEST_RETRY_S = 3600.0
_ACCEPTED = frozenset((200, 201, 202, 204))
_GONE = frozenset((404, 410))
_LATER = frozenset((408, 425, 429))


def sort_status(status: int) -> Kind:
    """What an HTTP status means for the device and the message (RFC 8030 sections 5, 7.3 and 8.4)."""
    if status in _ACCEPTED:
        return Kind.ACCEPTED
    if status in _GONE:
        return Kind.GONE
    if status in _LATER or status >= 500:
        return Kind.BUSY
    # Redirects end here too: they are not followed, so somebody has to look.
    return Kind.REFUSED


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait, between 0 and an hour, from a Retry-After header (seconds or HTTP date); None if unreadable.

    ``now`` is aware UTC. An hour is the cap because few answer windows are longer: a push service that wants more
    gets asked once more before the window closes.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_RETRY_S)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), LONGEST_RETRY_S)
