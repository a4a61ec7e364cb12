"""On which database a test runs: SQLite unless it says otherwise.

``@both_databases`` runs a test on SQLite and on PostgreSQL; ``@pytest.mark.postgres`` on PostgreSQL only.
"""

import pytest

both_databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
