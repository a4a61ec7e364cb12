"""What counts as a failure of an answer to a generated request.

An answer of 500 and more; a status that is not declared; a kind of body that is not declared; a body of another shape
than declared; a header that is declared, or that every answer must have, and is not there.
"""

from collections.abc import Iterator
from typing import Any

from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

from server.security import HEADERS

WHAT_FAILS = "a 5xx, an undeclared status, an undeclared media type, another shape than declared, or a missing header"
_CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# Errors are declared once for all addresses, as problems; these are all there are.
_PROBLEMS = frozenset({400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429})
_PAGE_STATUSES = frozenset({200, 303, 304, 308}) | _PROBLEMS - {401, 406}
_NEEDED_WITH = {429: "retry-after", 405: "allow", 303: "location", 308: "location"}


def find_failures(case: Any, answer: Any, *, page: bool) -> Iterator[str]:
    """Every failure of ``answer`` to ``case``, in words; ``page`` is what is no API."""
    status = answer.status_code
    sent = {name.lower(): value for name, value in answer.headers.items()}
    yield from (f"{status} without {name}" for name in HEADERS if name.lower() not in sent)
    if status in _NEEDED_WITH and _NEEDED_WITH[status] not in sent:
        yield f"{status} without {_NEEDED_WITH[status]}"
    if page:
        if status not in _PAGE_STATUSES:
            yield f"answers {status}"
        return
    if "cache-control" not in sent:
        yield f"{status} without cache-control"
    declared = case.operation.definition.raw.get("responses", {})
    if str(status) not in declared and status not in _PROBLEMS and status < 500:
        yield f"answers {status}, which is not declared"
    if status >= 400 and not _is_problem(answer, status):
        yield f"{status} is no problem with a code"
    try:
        case.validate_response(answer, checks=_CHECKS)
    except FailureGroup as group:
        yield from (f"{status}: {_first_line(one)}" for one in group.exceptions)
    except Failure as failure:
        yield f"{status}: {_first_line(failure)}"


def _is_problem(answer: Any, status: int) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("status") == status and bool(body.get("code"))


def _first_line(failure: Any) -> str:
    return f"{failure.title}: {' '.join(str(failure.message).split())[:200]}"
