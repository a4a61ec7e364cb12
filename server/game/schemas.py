from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from server.game.words import ADJECTIVES, ANIMALS, AVATARS, STICKERS

NICKNAME = {"description": "In each language."}


class AvatarIn(Schema):
    avatar = fields.String(required=True, validate=OneOf(AVATARS))


class NicknameIn(Schema):
    adjective = fields.String(required=True, validate=OneOf(list(ADJECTIVES)))
    animal = fields.String(required=True, validate=OneOf(list(ANIMALS)))


class StickerIn(Schema):
    sticker = fields.String(required=True, validate=OneOf(STICKERS))


class ReportIn(Schema):
    member = fields.UUID(required=True)


class RankingIn(Schema):
    show = fields.Boolean(required=True)


class TreeOut(Schema):
    stage = fields.Integer(required=True, metadata={"description": "0 (a seed) to 12; never falls."})
    share = fields.Float(required=True, metadata={"description": "Of all that is possible, 0 to 1; never falls."})
    next_spurt = fields.Float(required=True, allow_none=True, metadata={"description": "Share of the next stage."})


class MemberOut(Schema):
    id = fields.UUID(required=True)
    nickname = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=NICKNAME)
    avatar = fields.String(required=True)
    me = fields.Boolean(required=True)


class StickerOut(Schema):
    id = fields.UUID(required=True)
    member = fields.UUID(required=True, allow_none=True, metadata={"description": "null: has left the team."})
    nickname = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=NICKNAME)
    avatar = fields.String(required=True)
    sticker = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    me = fields.Boolean(required=True)


class PointsOut(Schema):
    total = fields.Integer(required=True)
    today = fields.Integer(required=True)
    most_a_day = fields.Integer(required=True)


class StreakOut(Schema):
    days = fields.Integer(required=True)
    rest_days_left = fields.Integer(required=True, metadata={"description": "Days off it would survive now."})


class RankOut(Schema):
    member = fields.UUID(required=True)
    nickname = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=NICKNAME)
    avatar = fields.String(required=True)
    points = fields.Integer(required=True)
    me = fields.Boolean(required=True)


class TeamOut(Schema):
    id = fields.UUID(required=True, metadata={"description": "The same for all in it: their trees have one shape."})
    tree = fields.Nested(TreeOut(), required=True)
    members = fields.List(fields.Nested(MemberOut()), required=True)
    stickers = fields.List(fields.Nested(StickerOut()), required=True, metadata={"description": "Newest first."})
    points = fields.Nested(PointsOut(), required=True, metadata={"description": "One's own."})
    streak = fields.Nested(StreakOut(), required=True, metadata={"description": "One's own."})
    ranking = fields.List(
        fields.Nested(RankOut()),
        required=True,
        allow_none=True,
        metadata={"description": "null unless one is in it by choice."},
    )


class WordOut(Schema):
    key = fields.String(required=True)
    text = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class WordsOut(Schema):
    """All that can be said and shown in the game."""

    avatars = fields.List(fields.String(), required=True)
    stickers = fields.List(fields.String(), required=True)
    adjectives = fields.List(fields.Nested(WordOut()), required=True)
    animals = fields.List(fields.Nested(WordOut()), required=True)
