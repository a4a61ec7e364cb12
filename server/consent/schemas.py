from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from server.consent.service import Choice
from server.people.schemas import LANGUAGES, JoinIn, check_mail

SHA256 = Regexp(r"[0-9a-f]{64}\Z")


class ScopesIn(Schema):
    """Yes or no: using the app, taking part in the research, sharing for other research, being asked again later.

    ``monitoring``, in studies with staff who look after signs: they may be told when it seems to be too much.
    """

    use = fields.Boolean(required=True)
    research = fields.Boolean(required=True)
    sharing = fields.Boolean(load_default=False)
    recontact = fields.Boolean(load_default=False)
    monitoring = fields.Boolean(load_default=False)


class ConsentIn(Schema):
    """What somebody says, and the very text she was shown."""

    version = fields.Integer(required=True, strict=True, validate=Range(1, 1_000_000))
    sha256 = fields.String(required=True, validate=SHA256)
    language = fields.String(required=True, validate=OneOf(LANGUAGES))
    scopes = fields.Nested(ScopesIn(), required=True)

    @post_load
    def _as_choice(self, data: dict[str, Any], **_: Any) -> Choice:
        return Choice(**data)


class EnrolIn(JoinIn):
    birth_month = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=Range(1, 12),
        metadata={"description": "Only to know who must agree; not kept."},
    )
    consent = fields.Nested(ConsentIn(), allow_none=True, load_default=None)

    @validates_schema
    def _a_month_needs_its_year(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("birth_month") is not None and data.get("birth_year") is None:
            raise ValidationError({"birth_year": ["A month needs its year."]})


class LanguageIn(Schema):
    language = fields.String(load_default=None, validate=OneOf(LANGUAGES))


class SectionOut(Schema):
    title = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "Plain text; an empty line separates paragraphs."})


class TextOut(Schema):
    version = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    language = fields.String(required=True, validate=OneOf(LANGUAGES))
    published_at = fields.AwareDateTime(required=True)
    binding = fields.Boolean(
        required=True, metadata={"description": "false: a correction; a yes to the version before goes on counting."}
    )
    changes = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What is different from the version before, in plain words of this language."},
    )
    sections = fields.List(fields.Nested(SectionOut()), required=True, attribute="body")


class ContactOut(Schema):
    """The study's own person for questions."""

    name = fields.String(required=True)
    role = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True, dump_default=None)
    phone = fields.String(allow_none=True, dump_default=None)
    mail = fields.String(allow_none=True, dump_default=None)
    hours = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True, dump_default=None)


class IntroStudyOut(Schema):
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    protocol = fields.String(required=True)
    languages = fields.List(fields.String(), required=True, metadata={"description": "Those the study offers."})
    days = fields.Integer(required=True)
    beeps_a_day = fields.Integer(required=True)
    challenge = fields.Boolean(required=True)
    institution = fields.String(required=True, allow_none=True)
    contact = fields.Nested(ContactOut(), required=True, allow_none=True)
    monitored = fields.Boolean(
        required=True,
        metadata={"description": "Staff look after signs in this study: ask about the scope monitoring too."},
    )


class IntroOut(Schema):
    study = fields.Nested(IntroStudyOut(), required=True)
    consent = fields.Nested(TextOut(), required=True)
    consent_from = fields.Integer(required=True, metadata={"description": "Younger than this a parent agrees too."})
    minimum_age = fields.Integer(required=True)
    parents_required = fields.Integer(required=True)


class GivenOut(Schema):
    version = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    language = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    scopes = fields.Nested(ScopesIn(), required=True)


class ConsentOut(Schema):
    required = fields.Boolean(required=True)
    waiting = fields.String(required=True, allow_none=True, validate=OneOf(("consent", "parent")))
    asked_again_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "Since when she, or a parent, is asked for a new yes although nobody said no. Until it is"
            " there nothing is asked of her; what she answered stays. PUT /me/consent with the present text goes on."
        },
    )
    why_again = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf(("text", "sixteen")),
        metadata={
            "description": "Why her own yes is asked once more: the text is new (see text.changes), or she has turned"
            " sixteen and decides without a parent now. null: it is not asked again."
        },
    )
    monitored = fields.Boolean(required=True, metadata={"description": "Whether the scope monitoring is asked here."})
    text = fields.Nested(TextOut(), required=True, allow_none=True)
    given = fields.Nested(GivenOut(), required=True, allow_none=True)
    text_changed = fields.Boolean(required=True)


class InviteIn(Schema):
    mail = fields.Email(required=True, validate=[Length(3, 254), check_mail])
    language = fields.String(required=True, validate=OneOf(LANGUAGES))
    parent = fields.Integer(strict=True, allow_none=True, load_default=None, validate=OneOf((1, 2)))


class ParentOut(Schema):
    """A parent who was asked, as the young person sees it."""

    parent = fields.Integer(required=True)
    state = fields.String(
        required=True,
        validate=OneOf(("waiting", "reminded", "agreed", "refused", "withdrawn", "expired", "undeliverable")),
    )
    method = fields.String(required=True, validate=OneOf(("mail", "letter")))
    mail = fields.String(required=True, allow_none=True, metadata={"description": "Masked."})
    asked_at = fields.AwareDateTime(required=True)
    mailed_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    may_send_from = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "null: no further mail to this parent."}
    )


class ParentsOut(Schema):
    required = fields.Integer(required=True, metadata={"description": "0: no parent is asked."})
    parents = fields.List(fields.Nested(ParentOut()), required=True)
