from marshmallow import Schema, fields
from marshmallow.validate import Regexp

from server.consent.schemas import ContactOut  # the study's own person is told of before joining too

TEXT = {"description": "In each language."}


class CountryIn(Schema):
    country = fields.String(load_default="nl", validate=Regexp(r"[a-z]{2}\Z"))


class AgesOut(Schema):
    first = fields.Integer(required=True, data_key="from")
    last = fields.Integer(required=True, data_key="to")


class LineOut(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=TEXT)
    hours = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True, metadata=TEXT)
    phone = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True, metadata={"description": "A number for text messages."})
    chat = fields.String(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)
    ages = fields.Nested(AgesOut(), required=True)
    for_you = fields.Boolean(required=True)
    emergency = fields.Boolean(required=True)
    free = fields.Boolean(required=True)
    as_of = fields.String(required=True, metadata={"description": "Date or year of the source, e.g. 2025-10-03."})
    checked_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "When a person last found it right; null: not yet."}
    )


class HelpOut(Schema):
    country = fields.String(required=True)
    age_known = fields.Boolean(required=True)
    lines = fields.List(fields.Nested(LineOut()), required=True, metadata={"description": "In the order to show."})
    contact = fields.Nested(ContactOut(), required=True, allow_none=True)


class GentleCardOut(Schema):
    show = fields.Boolean(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True, metadata=TEXT)
    text = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True, metadata=TEXT)
    message = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "Words to copy to somebody."},
    )
