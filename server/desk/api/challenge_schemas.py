"""What challenges look like as JSON. What a well-formed challenge is, `challenges.authoring` says."""

from marshmallow import INCLUDE, Schema, fields
from marshmallow.validate import Length, OneOf

from server.coordination.moves import MOVES


class FiltersIn(Schema):
    """An empty value does not filter."""

    words = fields.String(load_default="", validate=Length(max=200))
    strategy = fields.String(load_default="")
    status = fields.String(load_default="")
    language = fields.String(load_default="")
    place = fields.String(load_default="")
    minutes = fields.String(load_default="")
    sort = fields.String(load_default="title")


class ChallengeEntryOut(Schema):
    slug = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True, validate=OneOf(tuple(MOVES)))
    live = fields.Integer(required=True, allow_none=True, metadata={"description": "The version phones show now."})
    origin = fields.String(required=True)
    content = fields.Dict(required=True)


class ChallengeVersionOut(Schema):
    version = fields.Integer(required=True)
    status = fields.String(required=True)
    content = fields.Dict(required=True)


class ChallengeEntriesOut(Schema):
    challenges = fields.List(fields.Nested(ChallengeEntryOut()), required=True)


class ChallengeIn(Schema):
    """The fields of a challenge as in its file, texts as {nl, en}; ``stamp`` is that of the state one has seen."""

    class Meta:
        unknown = INCLUDE

    stamp = fields.String(load_default=None, allow_none=True, validate=Length(max=80))


class FaultOut(Schema):
    where = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.Dict(required=True)


class CheckedOut(Schema):
    problems = fields.List(fields.Nested(FaultOut()), required=True)
    nudges = fields.List(fields.Nested(FaultOut()), required=True, metadata={"description": "Doubts that stop nobody."})


class OneOut(Schema):
    slug = fields.String(required=True)
    stamp = fields.String(required=True)
    versions = fields.List(fields.Nested(ChallengeVersionOut()), required=True)
    steps = fields.List(fields.Dict(), required=True)


class MoveIn(Schema):
    to = fields.String(required=True, validate=OneOf(tuple(MOVES)))


class MoveManyIn(MoveIn):
    slugs = fields.List(fields.String(validate=Length(max=80)), required=True, validate=Length(1, 500))


class MovedOut(Schema):
    moved = fields.List(fields.String(), required=True)
    left = fields.List(fields.String(), required=True, metadata={"description": "Those that cannot take the step."})


class SlugsOut(Schema):
    slugs = fields.List(fields.String(), required=True)


class ImportIn(Schema):
    text = fields.String(required=True, validate=Length(1, 4 * 1024 * 1024))
    form = fields.String(required=True, validate=OneOf(("csv", "yaml")))
    stamp = fields.String(
        load_default="",
        validate=Length(max=80),
        metadata={"description": "Empty: a dry run. The stamp of a dry run: do exactly what it showed."},
    )


class MistakeOut(Schema):
    line = fields.Integer(required=True)
    field = fields.String(required=True)
    message = fields.Dict(required=True)


class ChangeOut(Schema):
    line = fields.Integer(required=True)
    effect = fields.String(required=True)
    slug = fields.String(required=True, attribute="challenge.slug")
    differences = fields.List(fields.List(fields.String()), required=True)


class PlanOut(Schema):
    stamp = fields.String(required=True)
    done = fields.Boolean(required=True)
    changes = fields.List(fields.Nested(ChangeOut()), required=True)
    mistakes = fields.List(fields.Nested(MistakeOut()), required=True)
