from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range

from server.mail.addresses import MAIL

LANGUAGES = ("nl", "en")


def check_mail(typed: str) -> None:
    """For a field with a mail address. Raises ValidationError."""
    if not MAIL.fullmatch(typed):
        raise ValidationError("Not a valid email address.")


class JoinIn(Schema):
    """What joining always takes; `server.consent.schemas` adds what consent needs."""

    code = fields.String(
        required=True, validate=Length(1, 40), metadata={"description": "As on the poster; dashes and case are free."}
    )
    language = fields.String(required=True, validate=OneOf(LANGUAGES))
    zone = fields.String(required=True, validate=Length(1, 64), metadata={"example": "Europe/Amsterdam"})
    birth_year = fields.Integer(strict=True, allow_none=True, load_default=None, validate=Range(1900, 2100))


class RecoverIn(Schema):
    recovery_code = fields.String(required=True, validate=Length(1, 40))


class MeIn(Schema):
    """What a participant may change; what is left out stays."""

    language = fields.String(validate=OneOf(LANGUAGES))
    zone = fields.String(validate=Length(1, 64))
    rhythm = fields.Dict(
        keys=fields.String(), allow_none=True, metadata={"description": "null: the study's own hours every day."}
    )


class StudyOut(Schema):
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    protocol = fields.String(required=True)
    languages = fields.List(fields.String(), required=True, metadata={"description": "Those the study offers."})
    days = fields.Integer(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    study_day = fields.Integer(required=True, metadata={"description": "1 on the first day; 0 or less before it."})


class MeOut(Schema):
    code = fields.String(required=True, metadata={"description": "What staff see instead of a name."})
    language = fields.String(required=True, validate=OneOf(LANGUAGES))
    zone = fields.String(required=True)
    rhythm = fields.Dict(required=True, allow_none=True)
    study = fields.Nested(StudyOut(), required=True)
    push_key = fields.String(required=True)
    waiting = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf(("consent", "parent")),
        metadata={"description": "What is missing before the first beep: her own consent, or a parent's."},
    )
    left_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When she stopped; nothing is asked since, and she can still look back."},
    )
    asked_again_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "Since when a new yes is waited for although she had begun: the text changed, or she turned"
            " sixteen. Her plan stays and nothing is pushed; GET /me/consent says why and shows the text."
        },
    )


class JoinedOut(Schema):
    participant = fields.Nested(MeOut(), required=True)
    recovery_code = fields.String(required=True, metadata={"description": "Shown once; opens the account once."})
