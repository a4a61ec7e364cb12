"""An OpenAPI document of what is no API: the pages of desk and parents, and the few addresses besides.

Which fields a form has is read where it is read: the names that a view's module asks its form, its query or its files
for. So a new page with a new field is tried without anybody saying so.
"""

import inspect
import re
import sys
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

_READS = re.compile(
    r"""(?:form|said|values)\.\w+\(\s*"(\w+)"|request\.(?:form|args|values|files)(?:\.get(?:list)?\(\s*|\[)"(\w+)\""""
)
_QUERY = re.compile(r"""request\.args\.get\(\s*"(\w+)\"""")
# Asked for by code that is shared, so no view's own source shows them.
EVERYWHERE = ("next", "page", "language", "csrf")


def describe_pages(app: Flask) -> dict[str, Any]:
    """Every rule outside /api/v1, with its parameters and fields as texts."""
    paths: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            continue
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _describe(app, rule, method)
    return {"openapi": "3.1.0", "info": {"title": "Pages", "version": "1"}, "paths": paths}


def _describe(app: Flask, rule: Rule, method: str) -> dict[str, Any]:
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    module = sys.modules.get(view.__module__)
    source = inspect.getsource(module) if module is not None else ""
    asked = {*_QUERY.findall(source), *EVERYWHERE} if method == "GET" else {"next", "page", "language"}
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 60}}
        for name in sorted(rule.arguments)
    ]
    query = [{"name": name, "in": "query", "schema": {"type": "string", "maxLength": 80}} for name in sorted(asked)]
    described: dict[str, Any] = {
        "parameters": path + query,
        "responses": {"default": {"description": "A page, a file or a way onward"}},
    }
    if method == "POST":
        fields = {name for pair in _READS.findall(source) for name in pair if name} | set(EVERYWHERE)
        schema = {
            "type": "object",
            "properties": {name: {"type": "string", "maxLength": 400} for name in sorted(fields)},
            "additionalProperties": False,
        }
        described["requestBody"] = {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": schema}},
        }
    return described
