from marshmallow import Schema, fields
from marshmallow.validate import Length


class ConfirmIn(Schema):
    recovery_code = fields.String(required=True, validate=Length(1, 40))


class ConfirmOut(Schema):
    until = fields.AwareDateTime(required=True)
    sealed = fields.Boolean(
        required=True, metadata={"description": "The code came from the study: what was answered before stays shut."}
    )


class StopIn(Schema):
    erase = fields.Boolean(required=True, metadata={"description": "true: everything is deleted, for good."})


class ConsequencesOut(Schema):
    """What stopping and erasing mean, in plain words and both languages; an empty line separates paragraphs."""

    stopped_at = fields.AwareDateTime(required=True, allow_none=True)
    answers = fields.Integer(required=True)
    stop = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    erase = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    kept = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class StopOut(Schema):
    stopped_at = fields.AwareDateTime(required=True)
    receipt = fields.String(required=True, allow_none=True, metadata={"description": "Of an erasure; shown once."})
