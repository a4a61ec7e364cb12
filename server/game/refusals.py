"""Why something in the game is not done. Each is one sentence, a status and a stable code."""

from server.errors import DomainError, NotFound, TooManyTries


class NicknameTaken(DomainError):
    """Somebody in this team has or had that name; choose another."""

    status = 409
    code = "nickname-taken"


class MemberUnknown(NotFound):
    """There is no such member in your team."""

    code = "member-unknown"


class MemberIsMe(DomainError):
    """That is you."""

    status = 422
    code = "member-is-me"


class ReportUnknown(NotFound):
    """No report about this participant is open."""

    code = "report-unknown"


class ReportedElsewhere(DomainError):
    """The reports are about a team in which she is no more; they can be marked as seen."""

    status = 409
    code = "reported-elsewhere"


class TooManyStickers(TooManyTries):
    """Enough stickers for now; wait a few minutes."""

    code = "too-many-stickers"


class TooManyMoves(TooManyTries):
    """You have changed teams often this week; wait a few days."""

    code = "too-many-moves"
