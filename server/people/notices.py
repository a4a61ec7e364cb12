"""Messages to a participant without an address: chosen from texts that were looked at, shown on her today screen.

Nobody at the desk writes to a young person in own words: a free text could ask what a study must not ask.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from prompts.yaml_reader import ContentError, ContentErrors, read_file
from server.errors import DomainError
from server.people.models import Participant

Text = Mapping[str, str]
SHOWN_FOR = timedelta(days=7)


def read_notices(path: Path, part: str = "notices") -> tuple[dict[str, Text], dict[str, Text]]:
    """Texts and titles of the reviewed notices of a file's part, by key, in its order; raises `ContentErrors`."""
    errors: list[ContentError] = []
    root = read_file(path, errors)
    texts: dict[str, Text] = {}
    titles: dict[str, Text] = {}
    for node in root.children(part) if root is not None else ():
        node.refuse_unknown(("id", "reviewed", "title", "text"))
        key, text, title = node.slug("id"), node.text("text"), node.text("title")
        if node.truth("reviewed", default=False) and text and title:
            texts[key], titles[key] = text, title
    if errors:
        raise ContentErrors(errors)
    return texts, titles


NEW_TEXT = "new-text"  # a consent text that waits for her
_FILE = Path(__file__).parent / "notices.yaml"
NOTICES, TITLES = read_notices(_FILE)
"""What staff may choose from."""
_PROGRAM = read_notices(_FILE, "program")
SAID: Mapping[str, Text] = {**NOTICES, **_PROGRAM[0]}
SAID_TITLES: Mapping[str, Text] = {**TITLES, **_PROGRAM[1]}
"""With what Kiem says by itself: all that a phone may be shown."""


class NoticeUnknown(DomainError):
    """There is no reviewed text of that name."""

    status = 422
    code = "notice-unknown"


def leave_notice(session: Session, participant: Participant, key: str, *, now: datetime) -> None:
    """Show a text on her today screen for a week, in place of one that is there; raises `NoticeUnknown`."""
    if key not in NOTICES:
        raise NoticeUnknown
    participant.notice, participant.notice_at = key, now
    session.flush()


def take_notice_back(session: Session, participant: Participant) -> None:
    """Show nothing."""
    participant.notice = participant.notice_at = None
    session.flush()


def current_notice(participant: Participant, *, now: datetime) -> tuple[str, Text, datetime] | None:
    """Key, text and since when, if there is one to show; a text of a newer release is passed over."""
    key, at = participant.notice, participant.notice_at
    if key is None or at is None or key not in NOTICES or not at <= now < at + SHOWN_FOR:
        return None
    return key, NOTICES[key], at
