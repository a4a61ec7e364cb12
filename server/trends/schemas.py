"""The shapes of the trends, for the reader of the API. The picture is built as JSON already and sent as it is: dumping
some thousand numbers through these would take longer than working them out. A test loads real pictures through them."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from server.trends.service import MOST_WEEKS, WEEKS
from server.trends.summary import MOST_DAYS_WITH_DOTS

SURENESS = OneOf(("clear", "likely", "maybe", "unclear", "good", "fair", "rough"))


class TrendsIn(Schema):
    weeks = fields.Integer(
        load_default=WEEKS,
        validate=Range(min=1, max=MOST_WEEKS),
        metadata={"description": "How many weeks back, today included."},
    )


class NeedOut(Schema):
    what = fields.String(required=True, validate=OneOf(("answers", "days", "span_days", "pairs")))
    have = fields.Integer(required=True)
    need = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    where = fields.String(metadata={"description": "The side of a contrast it is about."})


class GatedOut(Schema):
    """Either ready with its figures, or not ready with what is still needed and no figure at all."""

    ready = fields.Boolean(required=True)
    needs = fields.List(fields.Nested(NeedOut()), metadata={"description": "Present when not ready."})
    sureness = fields.String(validate=SURENESS)


class WeekOut(GatedOut):
    mean = fields.Float()
    n = fields.Integer()
    days = fields.Integer()
    from_ = fields.Date(data_key="from")
    to = fields.Date()


class PartOut(GatedOut):
    part = fields.String(required=True, validate=OneOf(("morning", "midday", "afternoon", "evening")))
    mean = fields.Float()
    n = fields.Integer()


class StandsOutOut(Schema):
    part = fields.String(required=True)
    difference = fields.Float(required=True)
    sureness = fields.String(required=True, validate=SURENESS)


class ProfileOut(GatedOut):
    applies = fields.Boolean(metadata={"description": "False for what is asked once a day."})
    n = fields.Integer()
    parts = fields.List(fields.Nested(PartOut()))
    stands_out = fields.Nested(StandsOutOut(), allow_none=True)


class TrendOut(GatedOut):
    per_week = fields.Float(metadata={"description": "Theil-Sen slope in units a week."})
    low = fields.Float()
    high = fields.Float()
    tau = fields.Float(metadata={"description": "Kendall's tau-b, -1 to 1."})
    days = fields.Integer()
    from_ = fields.Date(data_key="from")
    to = fields.Date()
    direction = fields.String(validate=OneOf(("up", "down", "unclear")))


class SwingsOut(GatedOut):
    applies = fields.Boolean()
    value = fields.Float()
    pairs = fields.Integer()


class VariabilityOut(GatedOut):
    mean = fields.Float()
    isd = fields.Float()
    n = fields.Integer()
    rmssd = fields.Nested(SwingsOut())


class DotOut(Schema):
    at = fields.DateTime(required=True, metadata={"description": "On the participant's wall clock."})
    date = fields.Date(required=True)
    slot = fields.Integer(required=True)
    value = fields.Float(required=True)


class DayOut(Schema):
    date = fields.Date(required=True)
    mean = fields.Float(required=True, allow_none=True, metadata={"description": "null: no answer that day."})
    n = fields.Integer(required=True)


class MeasureOut(Schema):
    unit = fields.String(required=True)
    low = fields.Float(required=True)
    high = fields.Float(required=True)
    once_a_day = fields.Boolean(required=True)
    n = fields.Integer(required=True)
    dots = fields.List(
        fields.Nested(DotOut()),
        required=True,
        metadata={
            "description": f"Every answer of a picture of at most {MOST_DAYS_WITH_DOTS} dates, from its first answer to"
            " today; empty in a longer one, where days are closer together than dots can be drawn."
        },
    )
    days = fields.List(fields.Nested(DayOut()), required=True)
    rolling = fields.List(fields.Nested(DayOut()), required=True)
    week = fields.Nested(WeekOut(), required=True)
    profile = fields.Nested(ProfileOut(), required=True)
    trend = fields.Nested(TrendOut(), required=True)
    variability = fields.Nested(VariabilityOut(), required=True)


class ContrastOut(GatedOut):
    code = fields.String(required=True)
    measure = fields.String(required=True)
    per = fields.String(required=True, validate=OneOf(("moment", "day")))
    a = fields.String(required=True)
    b = fields.String(required=True)
    unclear = fields.Boolean(metadata={"description": "Answers enough, but no difference that stands out from chance."})
    mean_a = fields.Float()
    mean_b = fields.Float()
    n_a = fields.Integer()
    n_b = fields.Integer()
    difference = fields.Float()
    low = fields.Float()
    high = fields.Float()


class SleepMoodOut(GatedOut):
    unclear = fields.Boolean()
    rho = fields.Float(metadata={"description": "Spearman's rank correlation, -1 to 1."})
    low = fields.Float()
    high = fields.Float()
    pairs = fields.Integer()
    direction = fields.String(validate=OneOf(("together", "opposite", "unclear")))


class SentenceOut(Schema):
    code = fields.String(required=True)
    measure = fields.String(required=True, allow_none=True)
    figures = fields.Dict(required=True, metadata={"description": "The unrounded numbers behind the words."})
    sureness = fields.String(required=True, allow_none=True, validate=SURENESS)
    text = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class AnswersOut(Schema):
    n = fields.Integer(required=True)
    planned = fields.Integer(required=True)
    self_started = fields.Integer(required=True)


class TrendsOut(Schema):
    from_ = fields.Date(data_key="from", required=True)
    until = fields.Date(required=True)
    answers = fields.Nested(AnswersOut(), required=True)
    measures = fields.Dict(keys=fields.String(), values=fields.Nested(MeasureOut()), required=True)
    contrasts = fields.List(fields.Nested(ContrastOut()), required=True)
    sleep_mood = fields.Nested(SleepMoodOut(), required=True)
    sentences = fields.List(fields.Nested(SentenceOut()), required=True)
