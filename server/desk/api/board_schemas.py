"""What the board and a study's schedule look like as JSON: counts only."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from server.desk.api.schemas import CountOut


class CrowdOut(Schema):
    waiting = fields.Integer(required=True)
    to_begin = fields.Integer(required=True)
    taking_part = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    left = fields.Integer(required=True)


class ViewsOut(Schema):
    total = fields.Nested(CountOut(), required=True)
    by_day = fields.Dict(keys=fields.Date(), values=fields.Nested(CountOut()), required=True)
    by_slot = fields.Dict(keys=fields.Integer(), values=fields.Nested(CountOut()), required=True)
    by_weekday = fields.Dict(
        keys=fields.Integer(), values=fields.Nested(CountOut()), required=True, metadata={"description": "Monday = 1."}
    )
    by_study_day = fields.Dict(keys=fields.Integer(), values=fields.Nested(CountOut()), required=True)


class WarnedOut(Schema):
    code = fields.String(required=True)
    reason = fields.String(required=True)
    study_day = fields.Integer(required=True)
    since = fields.Date(required=True, allow_none=True)
    first = fields.Float(required=True, allow_none=True)
    recent = fields.Float(required=True, allow_none=True)


class PushCountOut(Schema):
    platform = fields.String(required=True)
    phones = fields.Integer(required=True)
    dead = fields.Integer(required=True)
    posts = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    shown = fields.Integer(required=True)
    opened = fields.Integer(required=True)


class BoardOut(Schema):
    """Compliance counts complete days up to ``through``; ``today`` is what came so far."""

    on = fields.Date(required=True)
    through = fields.Date(required=True)
    crowd = fields.Nested(CrowdOut(), required=True)
    views = fields.Nested(ViewsOut(), required=True)
    slope = fields.Float(required=True, allow_none=True, metadata={"description": "Percentage points a day."})
    today = fields.Nested(CountOut(), required=True)
    warnings = fields.List(fields.Nested(WarnedOut()), required=True)
    unreachable = fields.Integer(required=True)
    pushes = fields.List(fields.Nested(PushCountOut()), required=True)
    pushes_ahead = fields.List(
        fields.Integer(), required=True, attribute="load", metadata={"description": "A number a quarter of an hour."}
    )
    load_from = fields.AwareDateTime(required=True)


class FixedOut(Schema):
    local_date = fields.Date(required=True)
    slug = fields.String(required=True)
    by = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)


class ChallengeCountOut(Schema):
    """Hidden (null) below five people."""

    study = fields.String(required=True)
    slug = fields.String(required=True)
    offered = fields.Integer(required=True, allow_none=True)
    done = fields.Integer(required=True, allow_none=True)
    skipped = fields.Integer(required=True, allow_none=True)
    swapped = fields.Integer(required=True, allow_none=True)
    fun = fields.Float(required=True, allow_none=True)
    helped = fields.Float(required=True, allow_none=True)


class ScheduleOut(Schema):
    fixed = fields.List(fields.Nested(FixedOut()), required=True)
    counts = fields.List(fields.Nested(ChallengeCountOut()), required=True)


class FixIn(Schema):
    slug = fields.String(required=True, validate=Length(1, 40))


class ReachOut(Schema):
    """The ages for which the challenge suits that date."""

    youngest = fields.Integer(required=True)
    oldest = fields.Integer(required=True)
