from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from server.diary.entry import Entry
from server.diary.outcomes import Verdict
from server.diary.shape import APP, EARLIEST, LATEST, LONGEST, MOST_ITEMS, MOST_OFFSET_MIN, ZONE

ITEM = Length(1, LONGEST)
PLAUSIBLE = Range(EARLIEST, LATEST)


class ResponseIn(Schema):
    """A diary entry as a phone sends it. What an answer may be is the questionnaire's to say."""

    instrument = fields.String(required=True, validate=Length(1, LONGEST), metadata={"example": "momentary.1"})
    started_at = fields.AwareDateTime(
        required=True, validate=PLAUSIBLE, metadata={"description": "The phone's clock, with offset."}
    )
    finished_at = fields.AwareDateTime(
        required=True, validate=PLAUSIBLE, metadata={"description": "The phone's clock, with offset."}
    )
    answers = fields.Dict(
        keys=fields.String(validate=ITEM),
        values=fields.Raw(),
        required=True,
        validate=Length(max=MOST_ITEMS),
        metadata={"description": "Item to value; untouched items are left out."},
    )
    skipped = fields.List(fields.String(validate=ITEM), load_default=list, validate=Length(max=MOST_ITEMS))
    shown = fields.List(
        fields.String(validate=ITEM), load_default=None, allow_none=True, validate=Length(max=MOST_ITEMS)
    )
    item_ms = fields.Dict(
        keys=fields.String(validate=ITEM), values=fields.Raw(), load_default=dict, validate=Length(max=MOST_ITEMS)
    )
    zone = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(ZONE),
        metadata={"description": "Where the phone was (IANA). Kept only if it is known and had this offset then."},
    )
    utc_offset_min = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=Range(-MOST_OFFSET_MIN, MOST_OFFSET_MIN),
        metadata={"description": "Minutes that the phone's clock was ahead of UTC; kept as it is."},
    )
    app = fields.String(load_default=None, allow_none=True, validate=Regexp(APP))

    @post_load
    def _as_entry(self, data: dict[str, Any], **_: Any) -> Entry:
        lists = {name: tuple(data[name]) if data[name] is not None else None for name in ("skipped", "shown")}
        return Entry(**{**data, **lists})


class RecordedOut(Schema):
    received_at = fields.AwareDateTime(required=True, metadata={"description": "When it first came."})
    late_upload = fields.Boolean(required=True, metadata={"description": "Answered in time, sent after the window."})
    zone = fields.String(required=True, allow_none=True, metadata={"description": "The zone that was kept, if any."})


class EventItemsIn(Schema):
    instrument = fields.String(required=True, validate=Length(1, 80))


class EventItemsOut(Schema):
    instrument = fields.String(required=True)
    items = fields.List(fields.String(), required=True, metadata={"description": "Item ids in shown order."})


class OutcomeIn(Schema):
    outcome = fields.String(required=True, validate=OneOf(("done", "skipped", "swapped")))
    slug = fields.String(required=True, validate=Length(1, 80))
    fun = fields.Integer(strict=True, load_default=None, allow_none=True, validate=Range(0, 100))
    helped = fields.Integer(strict=True, load_default=None, allow_none=True, validate=Range(0, 100))
    at = fields.AwareDateTime(
        required=True, validate=PLAUSIBLE, metadata={"description": "The phone's clock, with offset."}
    )

    @validates_schema
    def _only_the_done_are_rated(self, data: dict[str, Any], **_: Any) -> None:
        rated = [name for name in ("fun", "helped") if data.get(name) is not None]
        if rated and data.get("outcome") != "done":
            raise ValidationError({name: ["Only what was done can be rated."] for name in rated})

    @post_load
    def _as_verdict(self, data: dict[str, Any], **_: Any) -> Verdict:
        return Verdict(**data)


class OutcomeOut(Schema):
    outcome = fields.String(required=True)
    slug = fields.String(required=True)
    fun = fields.Integer(required=True, allow_none=True)
    helped = fields.Integer(required=True, allow_none=True)


class SnoozeOut(Schema):
    until = fields.AwareDateTime(required=True, metadata={"description": "When the next push comes."})
    left = fields.Integer(required=True, metadata={"description": "How often this beep can still be put off."})
