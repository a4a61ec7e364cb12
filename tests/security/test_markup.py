"""The drawings that pages print as they are escape every word they are given."""

from datetime import time
from xml.etree import ElementTree

import pytest

from server.desk.calendar_drawing import draw_calendar
from server.monitoring.charts import Bar, draw_counts, draw_shares
from server.staff.totp import draw_qr

EVIL = "</title></svg><script>alert('x')</script>\" onload=\"alert(1)"


def drawings() -> dict[str, str]:
    bars = [Bar(label=EVIL, value=0.5, said=EVIL), Bar(label=EVIL, value=None, said=EVIL)]
    return {
        "counts": draw_counts(bars, name="load", title=EVIL, text=EVIL),
        "shares": draw_shares(bars, name="share", title=EVIL, text=EVIL),
        "qr": draw_qr(EVIL),
        "calendar": draw_calendar([], {"2026-03-23": EVIL}, quiet=[(time(0), time(7))], title=EVIL, text=EVIL),
    }


@pytest.mark.parametrize("name", ["counts", "shares", "qr", "calendar"])
def test_a_drawing_has_no_element_and_no_attribute_that_it_was_told(name: str) -> None:
    drawn = drawings()[name]
    tree = ElementTree.fromstring(drawn)  # noqa: S314  drawn by us; well formed: nothing broke out
    for element in tree.iter():
        assert element.tag.rpartition("}")[2] in {"svg", "title", "desc", "g", "rect", "line", "path", "text", "circle"}
        assert not [attribute for attribute in element.attrib if attribute.startswith("on")]
    assert "<script" not in drawn
