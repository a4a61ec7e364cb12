"""Every page of the desk is photographed, or stands here with the reason why it is not."""

from pathlib import Path

import pytest
from flask import Flask

from tests.browser.desk_tour import SCENES, SETS

PICTURES = Path(__file__).parents[2] / "docs" / "screens" / "desk"
NO_PAGE = {
    "/desk/assets/<name>": "a file",
    "/desk/challenges/export.<any(csv, yaml):form>": "a file",
    "/desk/oidc": "leads on to the organisation",
    "/desk/oidc/back": "leads on to the desk",
    "/desk/studies/<study_name>/exports/<uuid:job_id>/bundle": "a file",
    "/desk/studies/<study_name>/planning/proof": "a file",
}


def pages_of(app: Flask) -> set[str]:
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if (rule.rule == "/desk" or rule.rule.startswith("/desk/")) and "GET" in (rule.methods or ())
    }


def test_every_page_of_the_desk_is_photographed(app: Flask) -> None:
    photographed = {scene.rule for scene in SCENES}
    assert pages_of(app) - photographed - NO_PAGE.keys() == set(), "give it a scene in tests/browser/desk_tour.py"
    assert NO_PAGE.keys() - pages_of(app) == set(), "it is gone: take it out"
    assert NO_PAGE.keys() & photographed == set(), "it is photographed after all"


def test_scenes_have_names_of_their_own() -> None:
    names = [scene.name for scene in SCENES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("chosen", SETS)
def test_the_pictures_are_those_of_the_scenes(chosen: str) -> None:
    there = {picture.stem for picture in (PICTURES / chosen).glob("*.png")}
    assert there == {scene.name for scene in SCENES}, "./run screens desk"
