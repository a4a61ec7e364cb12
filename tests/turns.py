"""Who runs what when two processes share the tests: one has all browsers, the other begins with all the rest.

A browser is several processes and waits a lot; two of them on two cores slow each other down while nobody does the
work that only calculates. Files with few tests, which are those with browsers, would come last if xdist had its way, so
one process would sit idle at the end while the other still walks through the app.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSERS = "tests/browser/"


class Turns(LoadFileScheduling):
    """Whole files, in their order, but the folder with the browsers is one piece of work and the first."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSERS if nodeid.startswith(BROWSERS) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Turns | None:
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Turns(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSERS))
