"""What the menus hold. An entry shows when its endpoint is there and the caller's role allows it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """``role`` as in `server.staff.roles`."""

    endpoint: str
    text: str  # key of server.desk.strings
    role: str


MAIN = (
    Entry(endpoint="desk.home", text="nav.home", role="anyone"),
    Entry(endpoint="desk_challenges.list_all", text="nav.challenges", role="desk"),
    Entry(endpoint="desk_staff.everybody", text="nav.staff", role="administrator"),
    Entry(endpoint="desk_staff.installation_log", text="nav.log", role="administrator"),
)
# Endpoints that take study_name.
STUDY = (
    Entry(endpoint="desk_board.show", text="nav.board", role="coordinator"),
    Entry(endpoint="desk_board.people", text="nav.people", role="coordinator"),
    Entry(endpoint="desk_schedule.show", text="nav.schedule", role="coordinator"),
    Entry(endpoint="desk_codes.list_all", text="nav.codes", role="coordinator"),
    Entry(endpoint="desk_rules.edit", text="nav.rules", role="coordinator"),
    Entry(endpoint="desk_exports.list_all", text="nav.exports", role="researcher"),
    Entry(endpoint="desk_studies.settings", text="nav.settings", role="coordinator"),
    Entry(endpoint="desk_consent.show", text="nav.consent", role="coordinator"),
    Entry(endpoint="desk_safety.show", text="nav.safety", role="coordinator"),
    Entry(endpoint="desk_staff.study_staff", text="nav.staff", role="staffing"),
    Entry(endpoint="desk_staff.study_log", text="nav.log", role="owner"),
)
