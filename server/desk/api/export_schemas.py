from marshmallow import Schema, ValidationError, fields, validate

from server.desk.forms import is_plain
from server.export.checks import MADE_HERE
from server.export.profiles import PROFILES


def _plain(text: str) -> None:
    if not is_plain(text):
        raise ValidationError("There is a character in it that cannot be seen.")


class _Strict(Schema):
    class Meta:
        unknown = "raise"


class PlanIn(_Strict):
    """What an export would be made of."""

    profile = fields.String(load_default="research", validate=validate.OneOf(MADE_HERE))
    ranking = fields.List(
        fields.String(validate=validate.Length(max=40)),
        load_default=list,
        validate=validate.Length(max=10),
        metadata={"description": "Demographics, dearest first: age, language, start_weekday, study_days."},
    )
    k = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(2, 1000))
    days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 400))
    dummy_calendar = fields.Boolean(load_default=False)
    sliders_step = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 25))
    derived = fields.Boolean(load_default=False)
    sav = fields.Boolean(load_default=None, allow_none=True)
    openesm = fields.Boolean(load_default=None, allow_none=True)
    language = fields.String(load_default="nl", validate=validate.OneOf(("nl", "en")))
    licence = fields.String(load_default="", validate=validate.Regexp(r"[A-Za-z0-9.+-]{0,40}\Z"))
    agreement = fields.String(load_default="", validate=[validate.Length(max=120), _plain])


class AskIn(PlanIn):
    """An export to be made."""

    reason = fields.String(required=True, validate=[validate.Length(min=1, max=500), _plain])
    recipient = fields.String(load_default=None, allow_none=True, validate=[validate.Length(max=200), _plain])


class DecisionIn(_Strict):
    """The second person's word."""

    agree = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=[validate.Length(max=1000), _plain])


class LinkArgs(Schema):
    """What a link carries."""

    until = fields.String(required=True, validate=validate.Regexp(r"[0-9]{1,12}\Z"))
    proof = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))


class BothTextsOut(Schema):
    nl = fields.String(required=True)
    en = fields.String(required=True)


class WayOut(Schema):
    levels = fields.Dict(keys=fields.String(), values=fields.String())
    suppressed = fields.Integer(metadata={"description": "People who would lose their demographics."})


class CostOut(Schema):
    """Few people because of whom a demographic is told more coarsely of everybody."""

    name = fields.String()
    people = fields.Integer()
    values = fields.List(fields.String())
    level = fields.String(metadata={"description": "What would be told without them."})


class ForecastOut(Schema):
    """What would come out now."""

    profile = fields.String(validate=validate.OneOf(list(PROFILES)))
    people = fields.Integer()
    enough = fields.Boolean(metadata={"description": "Whether the profile lets out so few people."})
    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())
    k = fields.Integer(allow_none=True)
    alone = fields.Integer(allow_none=True, metadata={"description": "People who are alone with their demographics."})
    levels = fields.Dict(keys=fields.String(), values=fields.String())
    chosen = fields.Nested(WayOut, allow_none=True)
    others = fields.List(fields.Nested(WayOut))
    costs = fields.List(fields.Nested(CostOut))
    at = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))
    lengths = fields.Dict(keys=fields.String(), values=fields.Integer())
    common_days = fields.Integer(allow_none=True)
    start_dates = fields.Integer()
    too_near = fields.Nested(
        BothTextsOut, allow_none=True, metadata={"description": "Why tables are refused beside earlier ones."}
    )
    overlaps = fields.List(fields.Nested(BothTextsOut))


class MadeOut(Schema):
    """A finished bundle."""

    version = fields.String()
    people = fields.Integer()
    planned_questionnaires = fields.Integer()
    k_reached = fields.Integer(allow_none=True)
    bytes = fields.Integer()
    sha256 = fields.String()
    key_until = fields.AwareDateTime()
    replaced_at = fields.AwareDateTime(allow_none=True)
    rows = fields.Dict(keys=fields.String(), values=fields.Integer())
    warnings = fields.List(fields.Nested(BothTextsOut))


class JobOut(Schema):
    """An export that was asked for, and how far it is."""

    id = fields.UUID()
    state = fields.String()
    profile = fields.String()
    reason = fields.String()
    recipient = fields.String(allow_none=True)
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    note = fields.String(allow_none=True)
    phase = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    failure = fields.String(allow_none=True)
    file_until = fields.AwareDateTime(allow_none=True)
    link = fields.String(
        allow_none=True,
        metadata={"description": "Opens the bundle for you, for a quarter of an hour, signed in freshly."},
    )
    made = fields.Nested(MadeOut, allow_none=True)


class JobsOut(Schema):
    jobs = fields.List(fields.Nested(JobOut))
