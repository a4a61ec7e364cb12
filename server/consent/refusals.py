"""Why somebody cannot join or agree. Each is one sentence, a status and a stable code."""

from server.errors import DomainError, NotFound


class TextChanged(DomainError):
    """This is not the text that is in force; read the present one first."""

    status = 409
    code = "consent-text-changed"


class ConsentNotAsked(NotFound):
    """This study has no consent text that somebody could agree to."""

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


class ParentsNotAsked(NotFound):
    """No parent is asked here: you decide alone, or there is no consent text yet."""

    code = "parents-not-asked"


class ConsentFirst(DomainError):
    """Say yes yourself first; then a parent can be asked."""

    status = 409
    code = "consent-first"


class ParentsAllAsked(DomainError):
    """As many parents as are needed have been asked; say which of them has another address."""

    status = 409
    code = "parents-all-asked"


class ParentDecided(DomainError):
    """This parent has agreed already."""

    status = 409
    code = "parent-decided"


class ParentSameMail(DomainError):
    """The other parent has this address already; each needs an address of their own."""

    status = 409
    code = "parent-same-mail"


class TooManyMails(DomainError):
    """A mail was sent just now, or often enough; try again later."""

    status = 429
    code = "too-many-mails"


class LinkUnknown(NotFound):
    """This link or code opens nothing; check whether it is complete."""

    code = "link-unknown"


class LinkOver(DomainError):
    """This link was used already, or its time is over."""

    status = 410
    code = "link-over"


class DecidesHerself(DomainError):
    """The young person has turned sixteen and decides without a parent now."""

    status = 410
    code = "decides-herself"
