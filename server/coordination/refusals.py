"""What the desk of challenges refuses."""

from collections.abc import Sequence

from challenges.problems import Problem
from server.errors import DomainError


class ChallengeUnknown(DomainError):
    """There is no such challenge."""

    status = 404
    code = "challenge-unknown"


class ChallengeInvalid(DomainError):
    """This challenge is not well formed; see errors."""

    status = 422
    code = "challenge-invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            errors=[
                {"where": one.field, "code": one.code, "message": one.message["en"], "text": dict(one.message)}
                for one in problems
            ]
        )
        self.problems = tuple(problems)


class ChallengeChanged(DomainError):
    """Somebody else changed this challenge meanwhile; look at it again before you save."""

    status = 409
    code = "challenge-changed"


class MoveRefused(DomainError):
    """A challenge in this state cannot take that step."""

    status = 409
    code = "move-refused"


class NothingToUndo(DomainError):
    """There is no step that could still be undone."""

    status = 409
    code = "nothing-to-undo"


class ImportChanged(DomainError):
    """The catalogue changed since the dry run; look at what the file would do now."""

    status = 409
    code = "import-changed"


class DatePast(DomainError):
    """That day has begun already; choose a later one."""

    status = 422
    code = "date-past"


class NotLive(DomainError):
    """Only a live challenge can be given to a study."""

    status = 409
    code = "not-live"


class NeverSuits(DomainError):
    """This challenge does not suit that day: look at its dates, weekdays and season."""

    status = 422
    code = "never-suits"
