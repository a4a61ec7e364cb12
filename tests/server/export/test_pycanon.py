"""k, l and t against pycanon, which lives in an environment of its own: it pins libraries of which ours are newer.

To make that environment (300 MB): ``uv venv .venv/pycanon; uv pip install --python .venv/pycanon/bin/python pycanon``
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from server.export.kanonymity import anonymise
from tests.server.export.people import KNOWN, imagine

ROOT = Path(__file__).resolve().parents[3]
PYTHON = Path(os.environ.get("PYCANON_PYTHON") or ROOT / ".venv/pycanon/bin/python")


@pytest.mark.skipif(not PYTHON.exists(), reason="pycanon is not here; the top of this file says how to install it.")
@pytest.mark.parametrize(("count", "seed"), [(60, 1), (120, 2), (300, 3), (1_000, 4)])
def test_k_l_and_t_are_what_pycanon_finds(count: int, seed: int) -> None:
    people = [
        person
        if person.facts["diagnosis"]
        else type(person)(key=person.key, facts={**person.facts, "diagnosis": "none"})
        for person in imagine(count, seed)
    ]
    done = anonymise(
        people, ranking=["diagnosis", "gender", "school", "age"], demographics=KNOWN, k=5, l=2, suppression_share=0.05
    )
    assert done.met
    # Suppressed people have no sensitive values that could differ; they are looked at by the tests without pycanon.
    rows = [dict(labels) for key, labels in done.rows.items() if key not in done.suppressed]
    asked = {"rows": rows, "open": [name for name in rows[0] if name != "diagnosis"], "sensitive": ["diagnosis"]}
    ran = subprocess.run(
        [str(PYTHON), "-W", "ignore", str(Path(__file__).with_name("pycanon_oracle.py"))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(ran.stdout)
    assert min(found["k"], len(done.suppressed) or found["k"]) == done.k_reached
    assert found["l"] == done.l_reached
    assert found["t"] == pytest.approx(done.t, abs=1e-3)
