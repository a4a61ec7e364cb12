from marshmallow import Schema, fields
from marshmallow.validate import OneOf

TEXT = {"description": "The same text in each language."}


class BeepOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=OneOf(("questionnaire", "challenge", "event")))
    slot = fields.Integer(required=True, metadata={"description": "Number within the day; 0 is the challenge."})
    local_date = fields.Date(required=True)
    due_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    instrument = fields.String(required=True, allow_none=True)
    items = fields.List(fields.String(), required=True, metadata={"description": "Item ids in shown order."})
    answered = fields.Boolean(required=True)
    answered_late = fields.Boolean(
        required=True, metadata={"description": "Answered in time on the phone, but sent after the window."}
    )


class CardOut(Schema):
    slug = fields.String(required=True)
    version = fields.Integer(required=True)
    strategy = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=TEXT)
    body = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=TEXT)
    minutes = fields.Integer(required=True)
    place = fields.String(required=True, validate=OneOf(("in", "out", "any")))
    company = fields.String(required=True, validate=OneOf(("alone", "together", "either")))
    safety = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True, metadata=TEXT)


class CardOutcomeOut(Schema):
    outcome = fields.String(required=True, validate=OneOf(("done", "skipped", "swapped")))
    slug = fields.String(required=True)
    fun = fields.Integer(required=True, allow_none=True)
    helped = fields.Integer(required=True, allow_none=True)


class ChallengeOut(Schema):
    beep = fields.UUID(required=True)
    local_date = fields.Date(required=True)
    due_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    chosen = fields.Nested(CardOut(), required=True)
    alternatives = fields.List(fields.Nested(CardOut()), required=True)
    outcome = fields.Nested(CardOutcomeOut(), required=True, allow_none=True)


class NoticeOut(Schema):
    key = fields.String(required=True, metadata={"description": "Names the reviewed text."})
    text = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=TEXT)
    at = fields.AwareDateTime(required=True, metadata={"description": "Since when it is shown."})


class TodayOut(Schema):
    now = fields.AwareDateTime(required=True, metadata={"description": "The server's clock; not part of the ETag."})
    zone = fields.String(required=True)
    date = fields.Date(required=True, metadata={"description": "The date on the participant's wall."})
    study_day = fields.Integer(required=True, metadata={"description": "1 on the first day; 0 or less before it."})
    days = fields.Integer(required=True)
    beeps = fields.List(fields.Nested(BeepOut()), required=True)
    challenge = fields.Nested(ChallengeOut(), required=True, allow_none=True)
    notices = fields.List(
        fields.Nested(NoticeOut()),
        required=True,
        metadata={"description": "Messages of the study's staff, at most one."},
    )
