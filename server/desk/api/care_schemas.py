"""Consent texts, staffed monitoring and alerts as JSON. Shape and type only."""

from marshmallow import Schema, fields, validate

from server.people.schemas import LANGUAGES
from server.safety.alerts import OUTCOMES
from server.safety.staffing import MOST_HOURS, MOST_PEOPLE

CLOCK = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z")


class BothIn(Schema):
    """The same in Dutch and English."""

    nl = fields.String(required=True, validate=validate.Length(1, 40_000))
    en = fields.String(required=True, validate=validate.Length(1, 40_000))


class ConsentVersionOut(Schema):
    number = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True)
    binding = fields.Boolean(required=True, metadata={"description": "false: a correction that asked nobody again."})
    own = fields.Boolean(required=True, metadata={"description": "Written by the study."})


class ConsentLetterOut(Schema):
    code = fields.String(required=True)
    parent = fields.Integer(required=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    why = fields.String(
        required=True,
        validate=validate.OneOf(("first", "expired", "undeliverable", "letter", "mailed")),
        metadata={
            "description": "Nobody was asked yet; the letter has run out; the mail did not arrive; not answered."
        },
    )


class StudyConsentOut(Schema):
    """How far the yeses of a study are; people who left are not counted."""

    versions = fields.List(fields.Nested(ConsentVersionOut()), required=True)
    cleared = fields.Integer(required=True)
    consent = fields.Integer(required=True, metadata={"description": "Still have to say yes themselves."})
    parent = fields.Integer(required=True, metadata={"description": "Wait for a parent."})
    again = fields.Integer(required=True, metadata={"description": "Of those, had begun and are asked again."})
    letters = fields.List(fields.Nested(ConsentLetterOut()), required=True)
    would_ask = fields.Integer(required=True, metadata={"description": "Whom a new binding text would ask again."})


class ConsentTextIn(Schema):
    texts = fields.Nested(
        BothIn(), required=True, metadata={"description": "Each title on a line of its own after “# ”."}
    )
    changes = fields.Nested(BothIn(), required=True)
    binding = fields.Boolean(required=True)
    why = fields.String(load_default="", validate=validate.Length(max=300))


class PublishedOut(Schema):
    version = fields.Integer(required=True)
    people = fields.Integer(required=True, metadata={"description": "Asked again."})
    mails = fields.Integer(required=True, metadata={"description": "To parents."})
    letters = fields.Integer(required=True, metadata={"description": "Parents who need a new letter."})


class ParentLetterOut(Schema):
    code = fields.String(required=True, metadata={"description": "Shown once."})
    address = fields.String(required=True)


class StaffingIn(Schema):
    weekdays = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 7)), required=True, validate=validate.Length(1, 7)
    )
    begins = fields.String(required=True, validate=CLOCK)
    ends = fields.String(required=True, validate=CLOCK)
    within_h = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_HOURS))
    people = fields.List(
        fields.String(validate=validate.Length(1, 160)), required=True, validate=validate.Length(1, MOST_PEOPLE)
    )
    protocol = fields.Nested(BothIn(), required=True)


class StaffingOut(StaffingIn):
    since = fields.AwareDateTime(required=True)


class AlertOut(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("wish", "days", "answer")))
    raised_at = fields.AwareDateTime(required=True)
    respond_by = fields.AwareDateTime(required=True)
    taken_by = fields.String(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True, validate=validate.OneOf(OUTCOMES))


class EthicsOut(Schema):
    """null: about fewer people than ``fewest``."""

    joined = fields.Integer(required=True)
    people = fields.Integer(required=True, allow_none=True)
    shown = fields.Integer(required=True, allow_none=True)
    dismissed = fields.Integer(required=True, allow_none=True)
    alerts = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    fewest = fields.Integer(required=True)


class StudySafetyOut(Schema):
    monitoring = fields.Nested(StaffingOut(), required=True, allow_none=True)
    open = fields.List(fields.Nested(AlertOut()), required=True)
    closed = fields.List(fields.Nested(AlertOut()), required=True)
    ethics = fields.Nested(EthicsOut(), required=True)


class OutcomeOfAlertIn(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
