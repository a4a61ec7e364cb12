from marshmallow import Schema, fields


class PauseIn(Schema):
    """Local dates without pushes, both included."""

    starts_on = fields.Date(required=True, data_key="from")
    ends_on = fields.Date(required=True, data_key="until")


class PauseOut(Schema):
    pause = fields.Nested(PauseIn(), required=True, allow_none=True)
