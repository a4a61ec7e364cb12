from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf


class KeysIn(Schema):
    p256dh = fields.String(required=True, validate=Length(1, 200))
    auth = fields.String(required=True, validate=Length(1, 100))


class DeviceIn(Schema):
    """A push subscription, as ``PushSubscription.toJSON()`` gives it, and where the app runs."""

    endpoint = fields.String(required=True, validate=Length(1, 2048))
    keys = fields.Nested(KeysIn(), required=True)
    platform = fields.String(load_default="other", validate=OneOf(("ios", "android", "desktop", "other")))
    standalone = fields.Boolean(load_default=False)


class EndpointIn(Schema):
    endpoint = fields.String(required=True, validate=Length(1, 2048))


class DeviceOut(Schema):
    reachable = fields.Boolean(required=True)


class PushKeyOut(Schema):
    key = fields.String(required=True, metadata={"description": "VAPID public key for subscribe(), base64url"})


class ReceiptIn(Schema):
    beep = fields.UUID(required=True)
    kind = fields.String(required=True, validate=OneOf(("shown", "opened", "started", "dismissed")))
    at = fields.AwareDateTime(required=True)


class ReceiptsIn(Schema):
    receipts = fields.List(fields.Nested(ReceiptIn()), required=True, validate=Length(1, 200))


class ReceiptsOut(Schema):
    kept = fields.Integer(required=True)
    ignored = fields.Integer(required=True)


class DeviceStateOut(Schema):
    """What the service knows of one subscription. Somebody else's looks unknown."""

    known = fields.Boolean(required=True)
    retired_why = fields.String(
        required=True, allow_none=True, metadata={"description": "Why nothing is pushed to it any more, e.g. gone."}
    )
    test = fields.String(required=True, validate=OneOf(("none", "waiting", "accepted", "seen", "failed")))
    test_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "When it was asked for."})
