"""The board of one study: who is reached, who answers, who is falling off. Counts only."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from server.monitoring import queries
from server.monitoring.early_warning import UNREACHABLE, Reach, Warned, warn
from server.monitoring.shapes import Count, Person, PushCount, Views, in_quarters, slope, spread
from server.monitoring.tally import PersonCount, tally
from server.studies.calendar import local_date
from server.studies.models import Study

PUSH_DAYS = 3
AHEAD_HOURS = 24
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """How many people are where on their way through the study."""

    waiting: int
    to_begin: int
    taking_part: int
    finished: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Everything the board shows. Compliance counts complete days up to ``through``; ``today`` is what came so far."""

    on: date
    through: date
    crowd: Crowd
    views: Views
    slope: float | None
    today: Count
    people: Sequence[Person]
    warnings: Sequence[Warned]
    pushes: Sequence[PushCount]
    load: Sequence[int]  # pushes per quarter of an hour from ``load_from`` on
    load_from: datetime
    busiest: tuple[datetime, int] | None  # the minute with the most pushes

    @property
    def unreachable(self) -> int:
        """How many people of the list are there because of their phone."""
        return sum(line.reason in UNREACHABLE for line in self.warnings)


def read_board(session: Session, study: Study, *, now: datetime) -> Board:
    """The board at ``now``, in some ten statements of which none asks for more than keys and counts.

    A date is complete when it is over on the study's own clock; the last six weeks of complete dates count.
    """
    today = local_date(now, study.zone)
    rows = queries.load_people(session, study.id, today=today)
    counted = tally(session, study, today=today)
    people = [_person(row, counted.people.get(row.id, _NOTHING)) for row in rows]
    since = today - PUSH_DAYS * _DAY
    pushes, reached = _join_pushes(
        queries.load_devices(session, study.id),
        queries.count_posts(session, study.id, since=since),
        queries.count_receipts(session, study.id, since=since),
    )
    views = spread(counted.cells)
    minutes = queries.load_ahead(session, study.id, now=now, until=now + timedelta(hours=AHEAD_HOURS))
    begins = int(now.timestamp()) // 900 * 15
    most = max(minutes, key=lambda entry: entry[1], default=None)
    return Board(
        on=today,
        through=counted.through,
        crowd=_crowd(people, today),
        views=views,
        slope=slope(views.by_study_day),
        today=queries.count_today(session, study.id, today, now),
        people=sorted(people, key=lambda person: person.code),
        warnings=warn(((one, reached.get(one.id, Reach())) for one in people), today=today, now=now),
        pushes=pushes,
        load=in_quarters(minutes, first=begins, hours=AHEAD_HOURS),
        load_from=_at_minute(begins, now),
        busiest=None if most is None else (_at_minute(most[0], now), most[1]),
    )


def _person(row: Any, counted: PersonCount) -> Person:
    return Person(
        id=row.id,
        code=row.code,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        waiting=row.waiting,
        joined_at=row.joined_at,
        left=bool(row.has_left),
        paused=bool(row.paused),
        count=counted.count,
        first=counted.first,
        recent=counted.recent,
        last_on=counted.last_on,
    )


@dataclass(slots=True)
class _Phones:
    """Being counted: phones that live and that are gone, and what was sent to them."""

    live: int = 0
    dead: int = 0
    posts: int = 0
    accepted: int = 0
    shown: int = 0
    opened: int = 0
    gone_at: datetime | None = None


def _join_pushes(
    devices: Sequence[Any], posts: Sequence[Any], receipts: Sequence[Any]
) -> tuple[list[PushCount], dict[uuid.UUID, Reach]]:
    """Phones, what was posted to them and what they said, by platform and by person."""
    platforms: defaultdict[str, _Phones] = defaultdict(_Phones)
    people: defaultdict[uuid.UUID, _Phones] = defaultdict(_Phones)
    platform_of: dict[uuid.UUID, str] = {}
    for device, person, platform, retired_at in devices:
        platform_of[device] = platform
        hers, theirs = people[person], platforms[platform]
        if retired_at is None:
            hers.live += 1
            theirs.live += 1
        else:
            hers.dead += 1
            theirs.dead += 1
            hers.gone_at = max(hers.gone_at or retired_at, retired_at)
    said: dict[str, dict[uuid.UUID, int]] = {"shown": {}, "opened": {}}
    for person, kind, number in receipts:
        said.setdefault(kind, {})[person] = number
    shown, opened = said["shown"], said["opened"]
    reached: set[tuple[uuid.UUID, str]] = set()
    for person, device, number, accepted in posts:
        platform = platform_of.get(device, "other")
        for counted in (platforms[platform], people[person]):
            counted.posts += number
            counted.accepted += accepted
        reached.add((person, platform))
    for person, platform in reached:
        platforms[platform].shown += shown.get(person, 0)
        platforms[platform].opened += opened.get(person, 0)
    return (
        [
            PushCount(
                platform=name, phones=one.live, dead=one.dead, posts=one.posts, accepted=one.accepted,
                shown=one.shown, opened=one.opened,
            )
            for name, one in sorted(platforms.items())
        ],
        {
            person: Reach(
                live=one.live,
                ever=one.live + one.dead,
                gone_at=one.gone_at,
                tried=one.posts,
                accepted=one.accepted,
                shown=max(shown.get(person, 0), opened.get(person, 0)),
            )
            for person, one in people.items()
        },
    )  # fmt: skip


def _crowd(people: Sequence[Person], today: date) -> Crowd:
    inside = [one for one in people if not one.left]
    cleared = [one for one in inside if one.waiting is None]
    return Crowd(
        waiting=len(inside) - len(cleared),
        to_begin=sum(today < one.starts_on for one in cleared),
        taking_part=sum(one.starts_on <= today <= one.ends_on for one in cleared),
        finished=sum(today > one.ends_on for one in cleared),
        left=len(people) - len(inside),
    )


def _at_minute(minute: int, now: datetime) -> datetime:
    return datetime.fromtimestamp(minute * 60, tz=now.tzinfo)


_NOTHING = PersonCount()
