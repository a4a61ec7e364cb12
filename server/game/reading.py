"""What a member sees of her team: the tree, the others by nickname, stickers, and her own points. Nobody else's."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.game.models import Membership, Sticker, Team, TeamReport
from server.game.queries import days_as_member, load_days, load_members, load_reached
from server.game.rules import GAME, PlayedDay, next_spurt, share_of_study, stage_of, streak_of
from server.game.words import nickname
from server.people.models import Participant
from server.studies.calendar import local_date
from server.studies.service import protocol_of

MOST_STICKERS_SHOWN = 30
A_GLIMPSE = 0.0005  # growth below this is not worth keeping: the tree is drawn from hundredths


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamView:
    """``body`` is the shape of `schemas.TeamOut`; ``share`` is what the tree has grown beyond what is remembered."""

    team_id: uuid.UUID
    body: dict[str, Any]
    share: float
    has_grown: bool


def read_team(session: Session, participant: Participant, mine: Membership, *, now: datetime) -> TeamView:
    """The team of ``mine``, a membership of ``participant``, as she may see it."""
    team = session.get_one(Team, mine.team_id)
    members = load_members(session, team.id)
    people = {person.id: person for _member, person in members}
    days = load_days(session, people.values(), now=now)
    each = [days_as_member(member, person, days) for member, person in members]
    share = share_of_study(each, days=protocol_of(participant.study).days)
    shown = round(max(share, team.best_share), 4)
    present = [member for member, person in members if member.left_at is None and person.left_at is None]
    return TeamView(
        team_id=team.id,
        share=share,
        has_grown=share > team.best_share + A_GLIMPSE,
        body={
            "id": team.id,
            "tree": {"stage": stage_of(shown), "share": shown, "next_spurt": next_spurt(shown)},
            "members": [_describe(member, mine) for member in sorted(present, key=lambda member: member.id != mine.id)],
            "stickers": _stickers(session, mine, {member.id: member for member, _person in members}),
            **_own(session, participant, days[participant.id], now),
            "ranking": _rank(present, mine, days) if mine.shows_points else None,
        },
    )


def _describe(member: Membership, mine: Membership) -> dict[str, Any]:
    return {
        "id": member.id,
        "nickname": nickname(member.adjective, member.animal),
        "avatar": member.avatar,
        "me": member.id == mine.id,
    }


def _stickers(session: Session, mine: Membership, members: Mapping[uuid.UUID, Membership]) -> list[dict[str, Any]]:
    """The newest of the team since she came, less those of people whom she has reported."""
    hidden = select(TeamReport.reported_id).where(TeamReport.reporter_id == mine.id)
    newest = (
        select(Sticker)
        .where(Sticker.team_id == mine.team_id, Sticker.at >= mine.joined_at, Sticker.membership_id.not_in(hidden))
        .order_by(Sticker.at.desc(), Sticker.id)
        .limit(MOST_STICKERS_SHOWN)
    )
    shown = []
    for row in session.scalars(newest):
        sender = members[row.membership_id]
        who = _describe(sender, mine)
        shown.append(
            {
                "id": row.id,
                "member": sender.id if sender.left_at is None else None,
                "nickname": who["nickname"],
                "avatar": who["avatar"],
                "sticker": row.sticker,
                "at": row.at,
                "me": who["me"],
            }
        )
    return shown


def _own(session: Session, participant: Participant, days: Sequence[PlayedDay], now: datetime) -> dict[str, Any]:
    today = local_date(now, participant.zone)
    reached = load_reached(session, participant)
    past = [replace(day, reached=day.on in reached) for day in days if day.on < today]
    present = next((day for day in days if day.on == today), None)
    streak = streak_of(past, present)
    return {
        "points": {
            "total": sum(day.points for day in days),
            "today": present.points if present else 0,
            "most_a_day": GAME.most_a_day,
        },
        "streak": {"days": streak.days, "rest_days_left": streak.rest_days_left},
    }


def _rank(
    present: Sequence[Membership], mine: Membership, days: Mapping[uuid.UUID, Sequence[PlayedDay]]
) -> list[dict[str, Any]]:
    """Only who chose to be in it, most points first."""
    lines = []
    for member in present:
        if member.shows_points:
            who = _describe(member, mine)
            points = sum(day.points for day in days.get(member.participant_id, ()))
            lines.append(
                {
                    "member": member.id,
                    "nickname": who["nickname"],
                    "avatar": who["avatar"],
                    "points": points,
                    "me": who["me"],
                }
            )
    return sorted(lines, key=lambda line: -line["points"])
