"""Where this installation writes erasures down."""

from server.context import Context
from server.rights.erasing import Keeper


def keeper_of(context: Context) -> Keeper:
    """The keeper of these settings: the installation's secret, and the list outside the database."""
    settings = context.settings
    return Keeper(secret=context.secret, path=settings.erasure_list_path or settings.data_dir / "erasures.jsonl")
