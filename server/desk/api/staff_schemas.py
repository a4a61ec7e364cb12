"""What staff, invitations and the log look like as JSON."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from server.people.schemas import LANGUAGES, check_mail
from server.staff.models import ROLES


class StaffMemberOut(Schema):
    staff_id = fields.UUID(required=True)
    name = fields.String(required=True)
    mail = fields.String(required=True)
    role = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)


class InvitationOut(Schema):
    id = fields.UUID(required=True)
    mail = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    administrator = fields.Boolean(required=True)
    expires_at = fields.AwareDateTime(required=True)


class StudyStaffOut(Schema):
    members = fields.List(fields.Nested(StaffMemberOut()), required=True)
    invited = fields.List(fields.Nested(InvitationOut()), required=True)


class StaffAccountOut(Schema):
    staff_id = fields.UUID(required=True)
    name = fields.String(required=True)
    mail = fields.String(required=True)
    administrator = fields.Boolean(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)
    roles = fields.List(
        fields.List(fields.String()), required=True, metadata={"description": "Pairs of a study's name and a role."}
    )


class AllStaffOut(Schema):
    accounts = fields.List(fields.Nested(StaffAccountOut()), required=True)
    invited = fields.List(fields.Nested(InvitationOut()), required=True)


class InviteStaffIn(Schema):
    mail = fields.Email(required=True, validate=[Length(max=254), check_mail])
    role = fields.String(required=True, validate=OneOf(ROLES))
    language = fields.String(load_default="nl", validate=OneOf(LANGUAGES))
    by_mail = fields.Boolean(
        load_default=True, metadata={"description": "Mail the link as well, where the installation sends mail."}
    )


class InviteAnybodyIn(Schema):
    """An owner for ``study``, or without one an administrator."""

    mail = fields.Email(required=True, validate=[Length(max=254), check_mail])
    study = fields.String(load_default=None, allow_none=True, validate=Length(max=80))
    language = fields.String(load_default="nl", validate=OneOf(LANGUAGES))
    by_mail = fields.Boolean(
        load_default=True, metadata={"description": "Mail the link as well, where the installation sends mail."}
    )


class NewLinkOut(Schema):
    mail = fields.String(required=True)
    link = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Told once; null where somebody with an account got the role at once."},
    )
    mailed = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Whether a mail with it left; null: none was to."}
    )


class GiveRoleIn(Schema):
    role = fields.String(required=True, validate=OneOf(ROLES))


class WhyIn(Schema):
    why = fields.String(load_default="", validate=Length(max=200))


class PageIn(Schema):
    page = fields.Integer(load_default=1, validate=Range(1, 1_000_000))


class LogEntryOut(Schema):
    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    who = fields.String(required=True)
    action = fields.String(required=True)
    study = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    why = fields.String(required=True, allow_none=True)


class LogOut(Schema):
    total = fields.Integer(required=True)
    entries = fields.List(fields.Nested(LogEntryOut()), required=True)
