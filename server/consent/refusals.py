"""Why somebody cannot join or agree. Each is one sentence, a status and a stable code."""

from server.errors import DomainError, NotFound


class TextChanged(DomainError):
    """This is not the text that is in force; read the present one first."""

    status = 409
    code = "consent-text-changed"


class ConsentNotAsked(NotFound):
    """This study asks for no consent."""

    code = "consent-not-asked"


class BirthNeeded(DomainError):
    """This study needs to know in which year you were born, to know whether a parent must agree too."""

    status = 422
    code = "birth-needed"


class TooYoung(DomainError):
    """You need to be twelve to take part. Nothing was kept; thank you for wanting to join."""

    status = 403
    code = "too-young"


class ParticipantUnknown(NotFound):
    """Nobody in this study has that code."""

    code = "participant-unknown"
