"""What studies, codes and people look like as JSON. Shape and type only."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from server.consent.opening import MOST_AT_ONCE
from server.desk.forms import FIRST_DAY, LAST_DAY
from server.desk.setting_forms import START_RULES
from server.game.settling import WAYS
from server.people.schemas import check_mail
from server.staff.models import ROLES
from server.studies.facts import NAME

CLOCK = Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error='Must be a time of day like "09:30".')
DAY = Range(FIRST_DAY, LAST_DAY)
NUMBER = Range(-(2**31), 2**31 - 1)


class StudyTitleIn(Schema):
    nl = fields.String(required=True, validate=Length(1, 80))
    en = fields.String(required=True, validate=Length(1, 80))


class RoleOut(Schema):
    study = fields.String(required=True)
    role = fields.String(required=True, validate=OneOf(ROLES))


class DeskMeOut(Schema):
    name = fields.String(required=True)
    mail = fields.String(required=True)
    language = fields.String(required=True)
    administrator = fields.Boolean(required=True)
    roles = fields.List(fields.Nested(RoleOut()), required=True)
    csrf = fields.String(required=True, metadata={"description": "For the header X-CSRF-Token of this session."})


class ProtocolOut(Schema):
    key = fields.String(required=True)
    title = fields.Dict(required=True)
    description = fields.Dict(required=True)


class ProtocolsOut(Schema):
    protocols = fields.List(fields.Nested(ProtocolOut()), required=True)


class StudyIn(Schema):
    name = fields.String(required=True, validate=Regexp(rf"{NAME}\Z"))
    title = fields.Nested(StudyTitleIn(), required=True)
    protocol = fields.String(required=True, validate=Length(1, 80))
    zone = fields.String(required=True, validate=Length(1, 64))
    start_rule = fields.String(load_default="next_day", validate=OneOf(START_RULES))
    opens_on = fields.Date(load_default=None, allow_none=True, validate=DAY)
    closes_on = fields.Date(load_default=None, allow_none=True, validate=DAY)


class ContactIn(Schema):
    name = fields.String(required=True, validate=Length(1, 80))
    mail = fields.Email(required=True, validate=[Length(max=254), check_mail])
    phone = fields.String(load_default=None, allow_none=True, validate=Length(max=40))


class SettingsIn(Schema):
    title = fields.Nested(StudyTitleIn(), required=True)
    start_rule = fields.String(required=True, validate=OneOf(START_RULES))
    opens_on = fields.Date(required=True, allow_none=True, validate=DAY)
    closes_on = fields.Date(required=True, allow_none=True, validate=DAY)
    institution = fields.String(required=True, validate=Length(1, 120))
    contact = fields.Nested(ContactIn(), required=True)
    parents_required = fields.Integer(required=True, strict=True, validate=Range(1, 2))


class DeskStudyOut(Schema):
    name = fields.String(required=True)
    title = fields.Dict(required=True)
    protocol = fields.String(required=True)
    rules_version = fields.Integer(required=True)
    zone = fields.String(required=True)
    start_rule = fields.String(required=True)
    opens_on = fields.Date(required=True, allow_none=True)
    closes_on = fields.Date(required=True, allow_none=True)
    institution = fields.String(required=True, allow_none=True)
    contact = fields.Dict(required=True, allow_none=True)
    parents_required = fields.Integer(required=True)


class StudiesOut(Schema):
    studies = fields.List(fields.Nested(DeskStudyOut()), required=True)


class RulesIn(Schema):
    """A study's own rules, whole; `server.studies.rules.StudyRules` says what each is."""

    days = fields.Integer(required=True, strict=True, validate=NUMBER)
    start = fields.String(required=True, validate=CLOCK)
    end = fields.String(required=True, validate=CLOCK)
    min_gap = fields.Integer(required=True, strict=True, allow_none=True, validate=NUMBER)
    times = fields.List(fields.String(validate=CLOCK), required=True, allow_none=True, validate=Length(max=100))
    answer_window = fields.Integer(required=True, strict=True, validate=NUMBER)
    reminders = fields.List(fields.Integer(strict=True, validate=NUMBER), required=True, validate=Length(max=20))
    first = fields.String(required=True, validate=Length(max=80))
    other = fields.String(required=True, validate=Length(max=80))
    last = fields.String(required=True, validate=Length(max=80))
    challenge_at = fields.String(required=True, allow_none=True, validate=CLOCK)
    challenge_within = fields.Integer(
        load_default=None,
        strict=True,
        allow_none=True,
        validate=NUMBER,
        metadata={"description": "Left out, or null: the protocol's."},
    )
    languages = fields.List(fields.String(), required=True, validate=Length(max=10))
    strategies = fields.List(fields.String(), required=True, allow_none=True, validate=Length(max=100))
    challenges = fields.List(fields.String(), required=True, allow_none=True, validate=Length(max=2000))
    alternatives = fields.Integer(required=True, strict=True, validate=NUMBER)


class SaveRulesIn(Schema):
    rules = fields.Nested(RulesIn(), required=True)
    base = fields.Integer(required=True, strict=True, validate=Range(0, 32_000))
    why = fields.String(required=True, validate=Length(1, 300))


class RulesVersionOut(Schema):
    version = fields.Integer(required=True)
    rules = fields.Dict(required=True)
    by = fields.String(required=True)
    why = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)


class RulesOut(Schema):
    version = fields.Integer(required=True)
    rules = fields.Nested(RulesIn(), required=True)
    instruments = fields.List(fields.String(), required=True, metadata={"description": "What a slot may carry."})
    strategies = fields.List(fields.String(), required=True)
    challenges = fields.Dict(required=True, metadata={"description": "Live challenges, by slug, with their titles."})
    versions = fields.List(fields.Nested(RulesVersionOut()), required=True)


class FiguresOut(Schema):
    days = fields.Integer(required=True)
    beeps = fields.Integer(required=True, metadata={"description": "Questionnaires a day."})


class TextImpactOut(Schema):
    """The consent text in force says other figures than these rules."""

    own = fields.Boolean(
        required=True,
        metadata={
            "description": "The study wrote it itself: publish a new version. Else one is published with the rules."
        },
    )
    told = fields.Nested(FiguresOut(), required=True)
    due = fields.Nested(FiguresOut(), required=True)
    binds = fields.Boolean(required=True, metadata={"description": "Everybody is asked for a new yes."})
    people = fields.Integer(required=True, metadata={"description": "How many would wait for a new yes."})


class ImpactOut(Schema):
    """Counts of planned beeps and people; begun days are not among them."""

    moved = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    added = fields.Integer(required=True)
    dropped = fields.Integer(required=True)
    people = fields.Integer(required=True)
    shorter = fields.Integer(required=True)
    crowded = fields.Integer(required=True)
    text = fields.Nested(TextImpactOut(), required=True, allow_none=True)


class SavedOut(Schema):
    version = fields.Integer(required=True)


class CalendarIn(Schema):
    first = fields.Date(load_default=None, validate=DAY)
    days = fields.Integer(load_default=14, validate=Range(1, 60))
    person = fields.Integer(load_default=1, validate=Range(1, 1000))
    quiet = fields.String(load_default="", validate=Length(max=11), metadata={"example": "08:30-15:00"})


class CalendarOut(Schema):
    beeps = fields.List(fields.Dict(), required=True, metadata={"description": "As prompts.preview.PreviewRow."})


class CodesIn(Schema):
    count = fields.Integer(required=True, strict=True, validate=Range(1, MOST_AT_ONCE))
    max_uses = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(1, 100_000))
    expires_on = fields.Date(
        load_default=None, allow_none=True, validate=DAY, metadata={"description": "The last day, included."}
    )


class CodeOut(Schema):
    code = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf(("open", "used", "expired")))
    uses = fields.Integer(required=True)
    max_uses = fields.Integer(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class CodesOut(Schema):
    codes = fields.List(fields.Nested(CodeOut()), required=True)


class CountOut(Schema):
    planned = fields.Integer(required=True)
    answered = fields.Integer(required=True)


class PersonOut(Schema):
    code = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    waiting = fields.String(required=True, allow_none=True)
    left = fields.Boolean(required=True)
    paused = fields.Boolean(required=True)
    count = fields.Nested(CountOut(), required=True)
    last_on = fields.Date(required=True, allow_none=True)


class PeopleOut(Schema):
    people = fields.List(fields.Nested(PersonOut()), required=True)


class TeamReportOut(Schema):
    code = fields.String(required=True)
    nickname = fields.Dict(required=True)
    reports = fields.Integer(required=True)
    last_at = fields.AwareDateTime(required=True)
    there = fields.Boolean(required=True, metadata={"description": "She is in that team still."})


class SettleIn(Schema):
    way = fields.String(required=True, validate=OneOf(WAYS))


class TeamReportsOut(Schema):
    reported = fields.List(fields.Nested(TeamReportOut()), required=True)


class PhoneOut(Schema):
    platform = fields.String(required=True)
    standalone = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_accepted_at = fields.AwareDateTime(required=True, allow_none=True)
    retired_at = fields.AwareDateTime(required=True, allow_none=True)
    retired_why = fields.String(required=True, allow_none=True)


class OnePersonOut(Schema):
    code = fields.String(required=True)
    language = fields.String(required=True)
    zone = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    waiting = fields.String(required=True, allow_none=True)
    notice = fields.String(required=True, allow_none=True, metadata={"description": "Key of the text shown now."})
    days = fields.Dict(keys=fields.Date(), values=fields.Nested(CountOut()), required=True)
    phones = fields.List(fields.Nested(PhoneOut()), required=True)


class NoticeIn(Schema):
    notice = fields.String(required=True, validate=Length(1, 40))


class NoticeTextOut(Schema):
    key = fields.String(required=True)
    text = fields.Dict(required=True)


class NoticesOut(Schema):
    notices = fields.List(fields.Nested(NoticeTextOut()), required=True)


class MessageOut(Schema):
    notice = fields.String(required=True)
    next_push_at = fields.AwareDateTime(required=True, metadata={"description": "When it is sent."})
    expires_at = fields.AwareDateTime(required=True)


class NewCodeOut(Schema):
    code = fields.String(required=True, metadata={"description": "Told once; opens another phone once."})
