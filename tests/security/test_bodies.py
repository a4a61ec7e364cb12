"""Bodies that are too large, too deep, too many, packed, or of another kind: refused before anything is done."""

import gzip
import json
import time
import zlib
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.context import Context
from server.db import Database
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.factories import make_beep
from tests.security.town import read_everything

KIB = 1024


def post(client: FlaskClient, data: Any, **more: Any) -> TestResponse:
    return client.post("/api/v1/join", data=data, content_type="application/json", **more)


def test_a_body_has_a_largest_size_whatever_it_says_of_itself(client: FlaskClient, context: Context) -> None:
    most = context.settings.max_body_kib * KIB
    assert most <= 512 * KIB
    large = b'{"code": "' + b"x" * most + b'"}'
    assert post(client, large).status_code == 413
    # In pieces, without a length; and with a length that is a lie.
    in_pieces = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert post(client, large, environ_overrides=in_pieces).status_code in (400, 413)
    assert post(client, large, environ_overrides={"CONTENT_LENGTH": "-5"}).status_code in (400, 413, 422)
    assert post(client, large, environ_overrides={"CONTENT_LENGTH": "many"}).status_code in (400, 413, 422)


@pytest.mark.parametrize("url", ["/parent", "/desk/sign-in", "/desk/challenges/new"])
def test_a_form_has_a_largest_size_and_a_most_of_fields(client: FlaskClient, url: str) -> None:
    huge = client.post(url, data={"code": "x" * 400_000})
    assert huge.status_code == 413
    many = "&".join(f"f{number}=1" for number in range(20_000))
    kind = "application/x-www-form-urlencoded"
    assert client.post(url, data=many, content_type=kind).status_code in (303, 400, 403, 413, 422)
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n\r\n' for n in range(4000)) + "--x--"
    answer = client.post(url, data=parts, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


@pytest.mark.parametrize("depth", [500, 50_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_that_is_nested_deeply_is_refused_at_once(client: FlaskClient, depth: int, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    nested = opening * depth + "1" + closing * depth
    began = time.process_time()
    answer = post(client, nested[: 200 * KIB])
    assert answer.status_code in (400, 422)
    assert time.process_time() - began < 1
    answer = post(client, '{"code": ' + (opening * 200 + "1" + closing * 200) + "}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "value",
    ["1" * 5000, "-" + "9" * 4301, "1e999999", "NaN", "Infinity", '"\\ud800"', '"\\u0000"', "1.7976931348623159e308"],
)
def test_numbers_and_letters_that_no_column_takes_are_refused(client: FlaskClient, cast: Cast, value: str) -> None:
    for field in ("code", "birth_year", "language"):
        assert post(client, f'{{"{field}": {value}}}').status_code in (400, 422)
    answer = client.patch(
        "/api/v1/me", data=f'{{"language": {value}}}', content_type="application/json", headers=cast.noor.headers
    )
    assert answer.status_code in (400, 422)


def test_long_texts_and_many_items_are_refused_and_nothing_is_kept(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, slot=2)
    before = read_everything(database)
    good = make_body(beep, finished_at=NOW)
    bad: list[dict[str, Any]] = [
        {"answers": {f"item-{number}": 1 for number in range(301)}},
        {"answers": {"x" * 81: 1}},
        {"answers": {"mood": "x" * 100_000}},
        {"answers": {"mood": {"a": {"b": [1] * 5000}}}},
        {"skipped": ["x"] * 301},
        {"shown": ["x" * 81]},
        {"item_ms": {f"item-{number}": 1 for number in range(301)}},
        {"item_ms": {next(iter(good["item_ms"])): 10**30}},
        {"app": "x" * 25},
        {"zone": "Europe/" + "x" * 100},
        {"instrument": "x" * 81},
    ]
    for change in bad:
        answer = client.put(f"/api/v1/beeps/{beep.id}/response", json={**good, **change}, headers=cast.noor.headers)
        assert answer.status_code == 422, change.keys()
        assert len(answer.data) < 100 * KIB, "an error does not give back all that was sent"
    receipts = [{"beep": str(beep.id), "kind": "shown", "at": NOW.isoformat()}] * 201
    assert client.post("/api/v1/receipts", json={"receipts": receipts}, headers=cast.noor.headers).status_code == 422
    assert read_everything(database) == before


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP", "x-unknown"])
def test_a_packed_body_is_refused_before_it_is_read(client: FlaskClient, packing: str) -> None:
    """A thousand to one: what a small body may stand for is never unpacked."""
    plain = b'{"code": "' + b" " * 20_000_000 + b'"}'
    packed = zlib.compress(plain) if packing == "deflate" else gzip.compress(plain)
    assert len(packed) < 64 * KIB
    answer = post(client, packed, headers={"Content-Encoding": packing})
    assert (answer.status_code, answer.json["code"]) == (415, "body-packed")
    assert client.post("/parent", data=packed, headers={"Content-Encoding": packing}).status_code == 415


def test_a_packed_body_that_does_not_say_so_is_no_json(client: FlaskClient) -> None:
    assert post(client, gzip.compress(b"{}")).status_code == 400
    assert post(client, b"PK\x03\x04").status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json;x"]
)
def test_what_another_sites_form_could_send_is_no_json(client: FlaskClient, cast: Cast, kind: str) -> None:
    """Those kinds need no leave of ours to be sent across sites; so they mean nothing here."""
    body = json.dumps({"language": "en"})
    answer = client.patch("/api/v1/me", data=body, content_type=kind, headers=cast.noor.headers)
    assert answer.status_code == 415
    assert client.get("/api/v1/me", headers=cast.noor.headers).json["language"] == "nl"


def test_the_largest_body_is_a_setting(context: Context) -> None:
    app = create_app(context)
    assert app.config["MAX_CONTENT_LENGTH"] == context.settings.max_body_kib * KIB
    assert app.config["MAX_FORM_MEMORY_SIZE"] <= 512 * 1000
    assert app.config["MAX_FORM_PARTS"] <= 1000
