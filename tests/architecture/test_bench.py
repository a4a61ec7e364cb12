"""The benchmarks that `./run bench` names are there, and their table judges as it says."""

import re
from pathlib import Path

import pytest

from bench.__main__ import BENCHES
from bench.figures import Figure

ROOT = Path(__file__).resolve().parents[2]


def test_every_benchmark_that_is_named_is_there() -> None:
    measuring = {
        path.stem for path in (ROOT / "bench").glob("*.py") if re.search(r"^ +report\(", path.read_text(), re.M)
    }
    assert set(BENCHES) <= measuring
    for name in BENCHES:
        assert f"python -m bench.{name}" in (ROOT / "bench" / f"{name}.py").read_text()


@pytest.mark.parametrize(
    ("figure", "met", "target"),
    [
        (Figure(name="x", ours=20, limit=10, unit="us", most=2.0), True, "<= 2x"),
        (Figure(name="x", ours=21, limit=10, unit="us", most=2.0), False, "<= 2x"),
        (Figure(name="x", ours=79, limit=100, unit="/s", least=0.8), False, ">= 0.8x"),
        (Figure(name="x", ours=80, limit=100, unit="/s", least=0.8), True, ">= 0.8x"),
        (Figure(name="x", ours=41, limit=400, unit="ms", most=40, absolute=True), False, "<= 40 ms"),
        (Figure(name="x", ours=0, unit="beeps", most=0, absolute=True), True, "<= 0 beeps"),
        (Figure(name="x", ours=41, limit=4, unit="ms"), None, ""),
        (Figure(name="x", ours=41, unit="ms", most=2.0), None, "<= 2x"),
    ],
)
def test_a_target_is_met_by_the_ratio_or_by_the_figure_itself(figure: Figure, met: bool | None, target: str) -> None:
    assert (figure.met, figure.target) == (met, target)


def test_what_we_are_compared_with_is_not_shipped() -> None:
    shipped = (ROOT / "requirements/base.txt").read_text() + (ROOT / "requirements/export.txt").read_text()
    compared = (ROOT / "requirements/bench.txt").read_text()
    for name in ("fastapi", "asyncpg", "uvicorn"):
        assert f"\n{name}==" in compared
        assert f"\n{name}==" not in shipped
