"""What is wrong with a study before it is made: everything at once, as ``{where, code, message}``."""

import re
from collections.abc import Mapping
from datetime import date

from server.content import protocols
from server.studies.calendar import is_zone

NAME = r"[a-z][a-z0-9-]{1,39}"
LONGEST_TITLE = 80
LANGUAGES = ("nl", "en")


def list_faults(
    *,
    name: str,
    title: Mapping[str, str],
    protocol: str,
    zone: str,
    opens_on: date | None,
    closes_on: date | None,
) -> list[dict[str, str]]:
    """The mistakes in these facts; an empty list when a study can be made of them."""
    faults: list[dict[str, str]] = []

    def fault(where: str, code: str, message: str) -> None:
        faults.append({"where": where, "code": code, "message": message})

    if not re.fullmatch(NAME, name):
        fault(
            "name",
            "shape",
            f"{name!r} is not a name for addresses: small letters, digits and hyphens, a letter first, 2 to 40 signs.",
        )
    for language in LANGUAGES:
        text = title.get(language, "")
        if not text.strip():
            fault(f"title.{language}", "empty", "A title is needed in every language.")
        elif len(text) > LONGEST_TITLE or not text.isprintable():
            fault(f"title.{language}", "shape", f"A title is one line of at most {LONGEST_TITLE} signs.")
    if protocol not in protocols():
        known = ", ".join(sorted(protocols()))
        fault("protocol", "protocol-unknown", f"There is no protocol {protocol}; there are {known}.")
    if not is_zone(zone):
        fault("zone", "zone-unknown", f"{zone!r} is no IANA time zone such as Europe/Amsterdam.")
    if opens_on and closes_on and closes_on < opens_on:
        fault("closes_on", "dates-turned", f"The study would close on {closes_on}, before it opens on {opens_on}.")
    return faults
