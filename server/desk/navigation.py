"""What the menus hold. An entry shows when its endpoint is there and the caller's role allows it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """``role`` as in `server.staff.roles`. ``covers``: blueprints, or endpoints, whose pages lie behind this entry."""

    endpoint: str
    text: str  # key of server.desk.strings
    role: str
    covers: tuple[str, ...] = ()

    def leads_to(self, endpoint: str) -> bool:
        """Is the page of this endpoint the entry's own, or one behind it?"""
        return endpoint in (self.endpoint, *self.covers) or endpoint.partition(".")[0] in self.covers


MAIN = (
    Entry(endpoint="desk.home", text="nav.home", role="anyone"),
    Entry(endpoint="desk_challenges.list_all", text="nav.challenges", role="desk", covers=("desk_challenges",)),
    Entry(
        endpoint="desk_staff.everybody",
        text="nav.staff",
        role="administrator",
        covers=("desk_staff.invite_anybody", "desk_staff.one_account"),
    ),
    Entry(endpoint="desk_staff.installation_log", text="nav.log", role="administrator"),
)
SAFETY = "desk_safety.show"  # its entry tells how many alerts are open
# Endpoints that take study_name.
STUDY = (
    Entry(endpoint="desk_board.show", text="nav.board", role="coordinator"),
    Entry(endpoint="desk_board.people", text="nav.people", role="coordinator", covers=("desk_people",)),
    Entry(endpoint="desk_schedule.show", text="nav.schedule", role="coordinator", covers=("desk_schedule",)),
    Entry(endpoint="desk_codes.list_all", text="nav.codes", role="coordinator", covers=("desk_codes",)),
    Entry(endpoint="desk_rules.edit", text="nav.rules", role="coordinator", covers=("desk_studies.calendar",)),
    Entry(
        endpoint="desk_exports.list_all",
        text="nav.exports",
        role="researcher",
        covers=("desk_exports", "desk_planning_proof"),
    ),
    Entry(endpoint="desk_studies.settings", text="nav.settings", role="coordinator"),
    Entry(endpoint="desk_consent.show", text="nav.consent", role="coordinator", covers=("desk_consent",)),
    Entry(endpoint=SAFETY, text="nav.safety", role="coordinator", covers=("desk_safety",)),
    Entry(
        endpoint="desk_staff.study_staff",
        text="nav.staff",
        role="staffing",
        covers=("desk_staff.invite", "desk_staff.member", "desk_staff.remove"),
    ),
    Entry(endpoint="desk_staff.study_log", text="nav.log", role="owner"),
)
