"""``./run export``: the one command that needs polars and pyreadstat, so it stands alone."""

from server.cli import _require_schema, _settings
from server.config import Settings
from server.export.options import export


def _ready() -> Settings:
    settings = _settings()
    _require_schema(settings)
    return settings


if __name__ == "__main__":
    export.main(prog_name="./run export", obj=_ready)
