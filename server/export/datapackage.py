"""datapackage.json: the CSV files described by the Data Package standard, version 2 (https://datapackage.org). Pure.

Only CSV is listed: general validators cannot read the others. ``categories`` are written for people and newer tools,
``constraints.enum`` for validators that pass categories over.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.export.codebook import Table
from server.export.columns import MISSING, Column

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {"text": "string", "integer": "integer", "number": "number", "datetime": "datetime"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A file as it was written."""

    bytes: int
    sha256: str


def describe(
    tables: Sequence[Table],
    written: Mapping[str, Written],
    *,
    name: str,
    title: str,
    description: str,
    version: str,
    licence: Mapping[str, str] | None,
) -> bytes:
    """The descriptor; ``written`` by path."""
    package: dict[str, Any] = {
        "$schema": SCHEMA,
        "name": name,
        "title": title,
        "description": description,
        "version": version,
        "resources": [_resource(table, written[table.path]) for table in tables],
    }
    if licence:
        package["licenses"] = [dict(licence)]
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(table: Table, written: Written) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [field_of(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.name != "participants" and any(column.name == "id" for column in table.columns):
        schema["foreignKeys"] = [{"fields": ["id"], "reference": {"resource": "participants", "fields": ["id"]}}]
    return {
        "name": table.name,
        "path": table.path,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.bytes,
        "hash": f"sha256:{written.sha256}",
        "rows": table.rows,
        "schema": schema,
    }


def field_of(column: Column) -> dict[str, Any]:
    """A column as a field of a Table Schema."""
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type], "title": column.label["en"]}
    if column.type == "datetime":
        field["format"] = "%Y-%m-%d %H:%M:%S"
    if column.note:
        field["description"] = column.note["en"]
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.codes:
        constraints["enum"] = list(column.codes)
        field["categories"] = [{"value": code, "label": text["en"]} for code, text in column.codes.items()]
    elif column.values:
        constraints["enum"] = list(column.values)
        field["categories"] = list(column.values)
    else:
        limits = {"minimum": column.low, "maximum": column.high}
        constraints |= {name: _plain(limit) for name, limit in limits.items() if limit is not None}
    if constraints:
        field["constraints"] = constraints
    if column.missing:
        field["missingValues"] = ["", *map(str, MISSING)]
    return field


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
