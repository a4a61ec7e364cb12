"""The first of two passes over the diaries: group by group from the database, de-identified, to where rows wait.

What must be known of everybody before the first row is written (who chose what, counts, failures) is noted on the way.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy.engine import Connection

from server.export.challenges import ChallengeRows
from server.export.columns import beep_columns, event_columns
from server.export.danger import Danger, count_failures
from server.export.items import lay_out
from server.export.ledger import count_entries, cut_groups, read_groups
from server.export.plan import Plan
from server.export.request import Incomplete
from server.export.rows import Diaries, Recipe, lay_rows, wanted_of
from server.export.spool import Choosers, Spool
from server.export.tally import Tally
from server.export.workplace import Workplace

Progress = Callable[[str, int, int], None]
"""Told the phase (read | write | describe | pack) and how many of how many rows are done."""

_GROUP = "group-{:05}"
REST_ON_ROWS = ("beeps", "sav")
"""Notes of files that are written from the rows of all groups."""


class FirstPass:
    """Reads everybody's diary once: de-identified rows on their way, and what must be known of all of them."""

    def __init__(self, plan: Plan, place: Workplace) -> None:
        profile = plan.row_profile
        names = {one.key: one.id for one in plan.instruments}
        beeps = beep_columns(profile, most_delay=plan.most_delay, questionnaires=set(names.values()))
        events = event_columns(profile, questionnaires=set(names.values()))
        self.layout = lay_out(
            plan.instruments,
            reserved={column.name for column in (*beeps, *events)},
            sliders_step=profile.sliders_step,
            days=[protocol.instruments_by_slot for protocol in plan.about.protocols],
            without=plan.without_items,
        )
        self.recipe = Recipe(
            profile=profile,
            layout=self.layout,
            beeps=tuple(beeps),
            events=tuple(events),
            most_delay=plan.most_delay,
            names=names,
            days=plan.request.days,
        )
        self.plan, self.place = plan, place
        self.beeps, self.events = Spool(place.parts, "beeps"), Spool(place.parts, "events")
        self.challenges = ChallengeRows(plan, place.parts)
        self.choosers, self.tally, self.danger = Choosers(self.layout), Tally(), Danger()

    def run(self, connection: Connection, progress: Progress) -> None:
        """Everybody, group by group; those that an earlier try has kept are not read again."""
        plan = self.plan
        people, ids = plan.people_frame(), [member.id for member in plan.members]
        numbers = [column.name for column in self.layout.columns if column.role == "item" and column.type == "number"]
        rows = [sum(member.planned.values()) for member in plan.members]
        total, done = sum(rows), 0
        cuts = list(cut_groups(rows))
        kept = [self._find(connection, number, ids[first:last]) for number, (first, last) in enumerate(cuts)]
        unread = [cut for cut, facts in zip(cuts, kept, strict=True) if facts is None]
        if unread:
            self.place.forget(*REST_ON_ROWS)
        # Closed before the connection is, whatever happens: others may be reading on it.
        with closing(read_groups(connection, ids, unread, wanted_of(self.layout))) as groups:
            for number, ((first, last), facts) in enumerate(zip(cuts, kept, strict=True)):
                if facts is None:
                    group, here = next(groups), people.slice(first, last - first)
                    diaries, challenges = lay_rows(group, here, self.recipe), self.challenges.lay(group, here)
                    paths = [
                        self.beeps.add(diaries.beeps, numbers),
                        self.events.add(diaries.events, numbers),
                        self.challenges.add(challenges),
                    ]
                    facts = {"counts": list(group.counts), "hours": count_failures(group), "lasted": diaries.lasted}
                    self.place.note(_GROUP.format(number), paths, facts)
                else:
                    diaries = Diaries(beeps=self.beeps.take(numbers), events=self.events.take(numbers), lasted=())
                    self.challenges.take()
                for frame in (diaries.beeps, diaries.events):
                    self.choosers.add(frame)
                self.tally.add(diaries.beeps, diaries.events)
                self.tally.add_seconds(facts["lasted"])
                self.danger.see(facts["hours"])
                done += sum(rows[first:last])
                progress("read", done, total)

    def _find(self, connection: Connection, number: int, ids: Sequence[uuid.UUID]) -> Any | None:
        """What was noted with a group that lies here whole, if its people have sent nothing since."""
        facts = self.place.find(_GROUP.format(number))
        return facts if facts is not None and facts["counts"] == list(count_entries(connection, ids)) else None

    def require_complete(self) -> None:
        """Every planned questionnaire and challenge is a row."""
        selection = self.plan.selection
        expected = (selection.rows_of("questionnaire"), selection.rows_of("challenge"))
        found = (self.beeps.rows, self.challenges.rows)
        if found != expected:
            raise Incomplete(f"{found} rows of {expected} planned questionnaires and challenges")
