"""Messages to a participant without an address: chosen from texts that were looked at, shown on her today screen.

Nobody at the desk writes to a young person in own words: a free text could ask what a study must not ask.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.errors import DomainError
from server.people.models import Participant

Text = Mapping[str, str]
SHOWN_FOR = timedelta(days=7)
NOTICES: Mapping[str, Text] = {
    "check-push": {
        "nl": "Meldingen komen bij jou misschien niet aan. Bij Instellingen kun je een testmelding sturen.",
        "en": "It looks as if notifications do not reach you. Have a look at Settings: you can send a test one there.",
    },
    "times-fit": {
        "nl": "Passen de tijden nog bij je dag? Bij Instellingen kun je ze veranderen.",
        "en": "Do the times still suit your day? You can change them in Settings.",
    },
    "pause-is-fine": {
        "nl": "Even geen zin of geen tijd? Je kunt een paar dagen pauze nemen. Dat maakt niets uit.",
        "en": "No time or not in the mood? You can take a pause of some days. That is perfectly fine.",
    },
    "ask-us": {
        "nl": "Werkt er iets niet, of heb je een vraag? Bij Hulp staat wie je kunt bereiken.",
        "en": "Is something not working, or do you have a question? Help says whom you can reach.",
    },
    "thank-you": {
        "nl": "Dank je wel dat je meedoet. Met elk antwoord help je het onderzoek een stukje verder.",
        "en": "Thank you for taking part. Every answer helps the study along a little.",
    },
}


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
