"""Why an entry is not taken. Each is one sentence, a status and a stable code."""

from prompts.answers import AnswerProblems
from server.errors import DomainError, NotFound, TooManyTries


class BeepUnknown(NotFound):
    """There is no such beep of yours."""

    code = "beep-unknown"


class LeftStudy(DomainError):
    """You have left this study; nothing more is kept."""

    status = 403
    code = "left-study"


class ConsentMissing(DomainError):
    """Not every consent that this study needs is there; nothing is asked or kept before."""

    status = 403
    code = "consent-missing"


class BeepExpired(DomainError):
    """This was answered outside its window."""

    status = 410
    code = "beep-expired"


class BeepNotYet(DomainError):
    """This has not begun yet."""

    status = 409
    code = "beep-not-yet"


class ClockAhead(DomainError):
    """The phone's clock is more than five minutes ahead; set it right and send this again."""

    status = 422
    code = "clock-ahead"


class TimesReversed(DomainError):
    """The entry was finished before it was started."""

    status = 422
    code = "times-reversed"


class InstrumentDiffers(DomainError):
    """These are answers to another questionnaire than this beep asked."""

    status = 422
    code = "instrument-differs"


class InstrumentNotOffered(DomainError):
    """This study does not ask that questionnaire."""

    status = 422
    code = "instrument-not-offered"


class OutsideStudy(DomainError):
    """This moment lies before or after your days in the study."""

    status = 422
    code = "outside-study"


class TooManyEvents(TooManyTries):
    """There are enough entries of your own for this day."""

    code = "too-many-events"


class ResponseDiffers(DomainError):
    """There is another answer for this beep already; the first one stays."""

    status = 409
    code = "response-differs"


class ChallengeNotOffered(DomainError):
    """This challenge was not among the cards of that day."""

    status = 422
    code = "challenge-not-offered"


class SnoozeUsedUp(DomainError):
    """This was put off twice already."""

    status = 409
    code = "snooze-used-up"


class SnoozeTooLate(DomainError):
    """There is not enough time left to put this off."""

    status = 409
    code = "snooze-too-late"


class BeepAnswered(DomainError):
    """This is answered already."""

    status = 409
    code = "beep-answered"


class AnswersInvalid(DomainError):
    """Some answers are not possible; see errors."""

    status = 422
    code = "answers-invalid"

    def __init__(self, found: AnswerProblems) -> None:
        super().__init__(
            errors=[
                {"where": f"answers.{problem.item}", "code": problem.code, "message": problem.message}
                for problem in found.problems
            ]
        )
