"""A trait that a questionnaire asks is found, and warned of: k does not count it."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from server.content import instruments
from server.db import Database
from server.diary.models import Response
from server.export.columns import Column, Source
from server.export.items import lay_out
from server.export.request import Request
from server.export.stable import Stable, is_named
from server.people.models import Participant
from tests.server.export.conftest import Bundle, export

WORDS = {"nl": "?", "en": "?"}
CODES = {code: WORDS for code in (0, 1, 2)}


def column(name: str, *, construct: str = "") -> Column:
    source = Source(instrument="own.1", construct={"nl": construct, "en": construct} if construct else None)
    return Column(name=name, type="integer", role="item", label=WORDS, codes=CODES, missing=True, sources=(source,))


def found(answers: list[list[int]], one: Column) -> dict[str, int]:
    """Answers of each person, beep by beep."""
    rows = [(f"p{person}", 1, answer) for person, given in enumerate(answers) for answer in given]
    stable = Stable()
    frame = pl.DataFrame(rows, schema=["id", "valid", one.name], orient="row")
    half = frame.filter(pl.col("id").str.slice(1).cast(pl.Int32) < len(answers) // 2)
    for part in (half, frame.join(half, on="id", how="anti")):  # diaries come in groups
        stable.take(part, [one])
    return stable.find()


@pytest.mark.parametrize(
    ("answers", "rarest"),
    [
        ([[1, 1, -98, 1]] * 12 + [[2, 2]] * 7 + [[0, 0]], 1),  # one person alone with her answer
        ([[1, 1]] * 20, None),  # the same for everybody
        ([[1, 2, 1]] * 12 + [[2, 2]] * 8, None),  # changes within a person
        ([[1, 1]] * 19 + [[2, 2]], None),  # one person of twenty is chance
        ([[1, 1]] * 5 + [[2, 2]] * 4, None),  # too few people to tell
        ([[1]] * 10 + [[2]] * 10, None),  # one answer each is no sign
        ([[1, 1, 2]] + [[1, 1]] * 20 + [[2, 2]] * 10, 10),  # a slip of the finger is none either
    ],
)
def test_a_trait_is_what_each_answers_alike_and_one_another_than_the_next(
    answers: list[list[int]], rarest: int | None
) -> None:
    assert found(answers, column("q1")) == ({} if rarest is None else {"q1": rarest})


@pytest.mark.parametrize("one", [column("gender_now"), column("q1", construct="school class"), column("q_klas")])
def test_a_trait_that_is_asked_once_is_known_by_its_name(one: Column) -> None:
    assert found([[1], [2], [2]], one) == {one.name: 1}


def test_no_item_of_ours_is_called_a_trait_nor_is_one(bundle: Bundle) -> None:
    assert not [one.name for one in lay_out(list(instruments().values()), reserved=()).columns if is_named(one)]
    assert "traits-asked" not in {one.code for one in bundle.built.contents.risk.warnings}


def test_the_report_of_a_bundle_warns_of_it(small_file: Path, tmp_path: Path) -> None:
    shutil.copy(small_file, tmp_path / "kiem.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'kiem.sqlite3'}")
    with database.transaction() as session:
        girls = {one.id: number % 3 == 0 for number, one in enumerate(session.scalars(select(Participant)))}
        for response in session.scalars(select(Response).where(Response.answers["day_hard"].is_not(None))):
            if "day_hard" in response.answers:
                mine = "yes" if girls[response.participant_id] else "no"
                response.answers = {**response.answers, "day_hard": mine}
    made = export(database, "small", tmp_path / "made", Request(sav=False, openesm=False))
    database.dispose()
    (warning,) = [one for one in made.built.contents.risk.warnings if one.code == "traits-asked"]
    assert (warning.severity, "school class: day_hard. They" in warning.text["en"]) == ("caution", True)
    assert "day_hard" in (made.folder / "disclosure_risk.md").read_text(encoding="utf-8")
