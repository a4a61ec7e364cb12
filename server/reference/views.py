from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, send_from_directory

METHODS = ("get", "post", "put", "patch", "delete")


def reference_pages(document: Callable[[], Mapping[str, Any]]) -> Blueprint:
    """``/api/v1/docs`` over the document that ``document()`` gives (OpenAPI 3.1 as plain values)."""
    pages = Blueprint("reference", __name__, template_folder="templates", static_folder=None)

    @pages.get("/api/v1/docs")
    def show_reference() -> Response:
        """Every address of the API on one page."""
        spec = document()
        response = Response(
            render_template("reference.html", spec=spec, groups=_grouped(spec), schemas=spec["components"]["schemas"])
        )
        response.headers["Cache-Control"] = "no-cache"
        return response

    @pages.get("/api/v1/docs.css")
    def style() -> Response:
        return send_from_directory(f"{pages.root_path}/templates", "reference.css", mimetype="text/css")

    @pages.app_template_filter("shape")
    def shape(schema: Mapping[str, Any]) -> str:
        return describe(schema)

    return pages


def describe(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: a name, a list of something, or a type with its format and limits."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(describe(choice) for choice in schema.get("anyOf", schema.get("oneOf", [])))
    kind = schema.get("type", "anything")
    kinds = kind if isinstance(kind, list) else [kind]
    words = []
    for name in kinds:
        if name == "array":
            words.append(f"list of {describe(schema.get('items', {}))}")
        elif schema.get("enum"):
            words.append(" | ".join(str(value) for value in schema["enum"] if value is not None))
        else:
            words.append(f"{name} ({schema['format']})" if schema.get("format") and name == "string" else name)
    limits = [f"{word} {schema[key]}" for key, word in _LIMITS.items() if key in schema]
    return " or ".join(dict.fromkeys(words)) + (f", {', '.join(limits)}" if limits else "")


_LIMITS = {
    "minimum": "from",
    "maximum": "to",
    "minLength": "at least characters:",
    "maxLength": "at most characters:",
    "minItems": "at least entries:",
    "maxItems": "at most entries:",
}


def _grouped(spec: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[dict[str, Any]]]]:
    """Operations by tag, in the document's order."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in spec.get("tags", [])}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                tag = operation.get("tags", ["other"])[0]
                parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
                found.setdefault(tag, []).append(
                    {"method": method.upper(), "path": path, "parameters": parameters, **_body(operation)}
                )
    tags = {tag["name"]: tag for tag in spec.get("tags", [])}
    return [(tags.get(name, {"name": name}), operations) for name, operations in found.items() if operations]


def _body(operation: Mapping[str, Any]) -> dict[str, Any]:
    request = operation.get("requestBody", {}).get("content", {})
    return {
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "takes": next((describe(content.get("schema", {})) for content in request.values()), ""),
        "answers": [
            (status, _answer(response))
            for status, response in sorted(operation.get("responses", {}).items())
            if status.isdigit()
        ],
        "open": not operation.get("security"),
    }


def _answer(response: Mapping[str, Any]) -> str:
    if "$ref" in response:
        return "problem"
    content = response.get("content", {})
    shape = next((describe(value.get("schema", {})) for value in content.values()), "")
    return shape or str(response.get("description", ""))
