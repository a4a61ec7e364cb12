"""Staffed monitoring as a plain value: who looks after signs, when, how fast, and what they do then."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.errors import DomainError

MOST_HOURS = 72
MOST_PEOPLE = 12
_DAY = timedelta(days=1)


class StaffingIncomplete(DomainError):
    """Staffed monitoring needs days, hours, people and a response protocol; see errors."""

    status = 422
    code = "staffing-incomplete"


@dataclass(frozen=True, kw_only=True, slots=True)
class Staffing:
    """``weekdays`` 1 (Monday) to 7; ``begins`` and ``ends`` "HH:MM" on the study's own clock; ``within_h`` staffed or
    not, counted from the first staffed moment; ``people`` names with how colleagues reach them; ``protocol`` {nl, en}
    plain text; ``since`` when it was set up (aware UTC).
    """

    weekdays: tuple[int, ...]
    begins: str
    ends: str
    within_h: int
    people: tuple[str, ...]
    protocol: Mapping[str, str]
    since: datetime

    def as_json(self) -> dict[str, Any]:
        body = asdict(self)
        return body | {
            "weekdays": list(self.weekdays),
            "people": list(self.people),
            "protocol": dict(self.protocol),
            "since": self.since.astimezone(UTC).isoformat(),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Staffing":
        """What `as_json` wrote."""
        return cls(
            weekdays=tuple(body["weekdays"]),
            begins=body["begins"],
            ends=body["ends"],
            within_h=body["within_h"],
            people=tuple(body["people"]),
            protocol=dict(body["protocol"]),
            since=datetime.fromisoformat(body["since"]),
        )

    def require_complete(self) -> None:
        """Raise `StaffingIncomplete` naming everything that is missing."""
        faults = {
            "weekdays": not self.weekdays or not set(self.weekdays) <= set(range(1, 8)),
            "ends": not _clock(self.begins) < _clock(self.ends),
            "within_h": not 1 <= self.within_h <= MOST_HOURS,
            "people": not 1 <= len([one for one in self.people if one.strip()]) <= MOST_PEOPLE,
            "protocol_nl": not self.protocol.get("nl", "").strip(),
            "protocol_en": not self.protocol.get("en", "").strip(),
        }
        if any(faults.values()):
            raise StaffingIncomplete(
                errors=[{"where": name, "code": "missing", "message": name} for name, wrong in faults.items() if wrong]
            )

    def is_staffed(self, at: datetime, zone: str) -> bool:
        """Whether somebody is there at this moment."""
        local = at.astimezone(ZoneInfo(zone))
        return local.isoweekday() in self.weekdays and _clock(self.begins) <= local.time() < _clock(self.ends)

    def respond_by(self, raised_at: datetime, zone: str) -> datetime:
        """Until when somebody must have looked: ``within_h`` after the sign, or after the next staffed moment."""
        return self._next_staffed(raised_at, zone) + timedelta(hours=self.within_h)

    def _next_staffed(self, at: datetime, zone: str) -> datetime:
        if self.is_staffed(at, zone):
            return at
        local = at.astimezone(ZoneInfo(zone))
        for ahead in range(8):
            on = (local + ahead * _DAY).date()
            opens = datetime.combine(on, _clock(self.begins), ZoneInfo(zone))
            if on.isoweekday() in self.weekdays and opens > local:
                return opens.astimezone(UTC)
        raise ValueError("nobody is ever there")


def _clock(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))
