from marshmallow import Schema, fields, validate


class SessionIn(Schema):
    """What a member of staff shows to be herself."""

    class Meta:
        unknown = "raise"

    mail = fields.String(required=True, validate=validate.Length(min=3, max=254))
    password = fields.String(required=True, validate=validate.Length(min=1, max=500), metadata={"format": "password"})
    code = fields.String(
        required=True,
        validate=validate.Length(min=1, max=40),
        metadata={"description": "Of the app that makes codes, or one of the recovery codes."},
    )


class SessionOut(Schema):
    """A token for ``Authorization: Bearer``. It rests for half an hour at most, and ends in any case then."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
