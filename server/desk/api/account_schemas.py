"""One's own account as JSON. Shape and type only."""

from typing import Any

from marshmallow import Schema, fields, validate

from server.people.schemas import LANGUAGES


class OwnAccountIn(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 80))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class OwnAccountOut(OwnAccountIn):
    mail = fields.String(required=True)
    administrator = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True)
    passkeys_possible = fields.Boolean(
        required=True, metadata={"description": "false where the installation's address has no name."}
    )


class DeskBrowserOut(Schema):
    """One browser or program that is signed in."""

    id = fields.UUID(required=True)
    browser = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True)
    this = fields.Boolean(required=True)


class DeskBrowsersOut(Schema):
    sessions = fields.List(fields.Nested(DeskBrowserOut()), required=True)


class SessionsEndedOut(Schema):
    ended = fields.Integer(required=True)


class DeskProofIn(Schema):
    password = fields.String(required=True, validate=validate.Length(1, 500), metadata={"format": "password"})
    code = fields.String(
        required=True,
        validate=validate.Length(1, 40),
        metadata={"description": "Of the app that makes codes, or one of the recovery codes."},
    )


class DeskFreshOut(Schema):
    fresh_until = fields.AwareDateTime(required=True)


class CodesShownOut(Schema):
    codes = fields.List(fields.String(), required=True, metadata={"description": "Shown once."})


class RenewLinkOut(Schema):
    link = fields.Url(required=True, metadata={"description": "Opens once, within seven days."}, require_tld=False)


class PasskeyOut(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)


class PasskeysOut(Schema):
    passkeys = fields.List(fields.Nested(PasskeyOut()), required=True)


class PasskeyNameIn(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 60))


def _credential(**more: Any) -> Any:
    return fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "A PublicKeyCredential as JSON (WebAuthn level 3, section 5.1.8)."},
        **more,
    )


class PasskeyIn(PasskeyNameIn):
    credential = _credential()


class PasskeySignInIn(Schema):
    credential = _credential()


class PasskeyOptionsOut(Schema):
    """What the browser's ``navigator.credentials`` is given as ``publicKey``."""

    options = fields.Dict(keys=fields.String(), required=True)


class DeskSignedInOut(Schema):
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class OpenInvitationOut(Schema):
    """What an invitation's link opens."""

    mail = fields.String(required=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    study = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    administrator = fields.Boolean(required=True)
    has_account = fields.Boolean(required=True, metadata={"description": "true: sign in and take it."})
    totp_uri = fields.String(
        required=True, allow_none=True, metadata={"description": "For the app that makes codes; null with an account."}
    )


class AcceptInvitationIn(OwnAccountIn):
    password = fields.String(required=True, validate=validate.Length(1, 500), metadata={"format": "password"})
    code = fields.String(required=True, validate=validate.Length(1, 20))
