"""The whole API against its own description: whatever is thrown at it, no 5xx and no answer it does not declare."""

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.cast import Cast


def test_noor_can_throw_anything_at_the_api(app: Flask, cast: Cast) -> None:
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    tried = 0
    for operation in api.get_all_operations():
        operation = operation.ok()

        @settings(
            max_examples=4,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),
        )
        @_given(operation)
        def throw(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            case.headers = {**(case.headers or {}), **cast.noor.headers}
            answer = case.call()
            case.validate_response(
                answer, checks=[not_a_server_error, content_type_conformance, response_schema_conformance]
            )

        throw()
    assert tried > 100


def _given(operation):  # type: ignore[no-untyped-def]  # hypothesis' decorator, typed by schemathesis as Any
    from hypothesis import given

    return given(case=operation.as_strategy())
