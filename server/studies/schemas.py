from marshmallow import Schema, fields


class InstrumentOut(Schema):
    """A released questionnaire in both languages. The order of items in a beep comes with the beep."""

    key = fields.String(required=True, metadata={"example": "momentary.1"})
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    source = fields.String(allow_none=True)
    blocks = fields.List(fields.Dict(), required=True)
