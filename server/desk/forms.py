"""Reads an HTML form: every field checked, every problem kept with its field, what was typed shown again."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from werkzeug.datastructures import MultiDict

from server.desk.strings import TEXTS
from server.errors import DomainError
from server.mail.addresses import MAIL

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
UNSEEN, LINES = ("Cc", "Cs"), "\t\n\r"
"""Control characters and halves of surrogate pairs are no text, but for the ends of lines."""
WHOLE = ""  # the place of a problem that belongs to no single field


def is_plain(text: str) -> bool:
    """Whether every character is one that is written."""
    return text.isprintable() or all(unicodedata.category(one) not in UNSEEN or one in LINES for one in text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A text of `server.desk.strings` with its values; ``said`` instead of a key when a service worded it."""

    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    said: str = ""


class Form:
    """A form on its way in or out.

    ``Form(request.form)`` reads what was sent, ``Form.of(title="...")`` fills a form that is shown for the first time.
    Each reading method returns the value (None or "" when it is wrong) and notes what is wrong under the field's name.
    """

    def __init__(self, sent: "MultiDict[str, str] | None" = None) -> None:
        self._sent: MultiDict[str, str] = MultiDict() if sent is None else sent
        self.errors: dict[str, Problem] = {}
        self.labels: dict[str, str] = {}

    @classmethod
    def of(cls, **values: Any) -> "Form":
        """A form with these values; a list fills checkboxes, True ticks one, None leaves a field empty."""
        sent: MultiDict[str, str] = MultiDict()
        for name, value in values.items():
            if isinstance(value, list | tuple | set | frozenset):
                sent.setlist(name, [str(entry) for entry in value])
            elif isinstance(value, bool):
                if value:
                    sent[name] = "on"
            elif isinstance(value, time):
                sent[name] = f"{value:%H:%M}"
            elif value is not None:
                sent[name] = str(value)
        return cls(sent)

    @property
    def ok(self) -> bool:
        return not self.errors

    def value(self, name: str) -> str:
        """What was typed, for showing it again."""
        return self._sent.get(name, "").replace("\0", "\ufffd")  # no page may have a NUL

    def ticked(self, name: str, option: str = "on") -> bool:
        return option in self._sent.getlist(name)

    def entries(self) -> list[tuple[str, str]]:
        """Everything that was sent but the form's token, for sending it once more from the next page."""
        return [(name, value) for name in self._sent for value in self._sent.getlist(name) if name != "csrf"]

    def call(self, name: str, label: str) -> str:
        """Note what the page calls a field, for the summary of problems; nothing to print."""
        self.labels[name] = label
        return ""

    def wrong(self, name: str, key: str, **values: object) -> None:
        """Note a problem with a field (`WHOLE`: with all of it); the first one of a field stays."""
        self.errors.setdefault(name, Problem(key=key, values=values))

    def blame(self, error: DomainError, *, name: str = WHOLE, key: str = "") -> None:
        """Note what a service refused: under ``name``, in the words of ``key``, of its code or in its own."""
        key = key or (f"error.{error.code}" if f"error.{error.code}" in TEXTS else "")
        self.errors.setdefault(name, Problem(key=key, said="" if key else error.detail))

    def say(self, name: str, said: str) -> None:
        """Note a problem that was worded in the reader's language already; the first one of a field stays."""
        self.errors.setdefault(name, Problem(said=said))

    def text(self, name: str, *, required: bool = True, least: int = 0, most: int = 200) -> str:
        """One line or more, without spaces around it."""
        text = self._sent.get(name, "").strip()
        if not text:
            if required:
                self.wrong(name, "wrong.required")
        elif len(text) > most:
            self.wrong(name, "wrong.long", most=most)
        elif len(text) < least:
            self.wrong(name, "wrong.short", least=least)
        elif not is_plain(text):
            self.wrong(name, "wrong.unseen")
        return text

    def secret(self, name: str, *, most: int = 500) -> str:
        """A password, exactly as typed. It is never shown again."""
        text = self._sent.get(name, "")
        if not text:
            self.wrong(name, "wrong.required")
        elif len(text) > most:
            self.wrong(name, "wrong.long", most=most)
        return text

    def mail(self, name: str) -> str:
        """A mail address in lower case."""
        text = self.text(name, most=254).lower()
        if text and not MAIL.fullmatch(text):
            self.wrong(name, "wrong.mail")
        return text

    def shaped(self, name: str, pattern: str, shape: str, *, required: bool = True, most: int = 80) -> str:
        """A text that matches ``pattern`` as a whole; ``shape`` says how it must look."""
        text = self.text(name, required=required, most=most)
        if text and not re.fullmatch(pattern, text):
            self.wrong(name, "wrong.shape", shape=shape)
        return text

    def whole(self, name: str, *, least: int, most: int, required: bool = True) -> int | None:
        """A whole number within its limits."""
        text = self.text(name, required=required, most=20)
        if not text:
            return None
        if not re.fullmatch(r"-?\d+", text):
            self.wrong(name, "wrong.whole")
            return None
        if not least <= int(text) <= most:
            self.wrong(name, "wrong.between", least=least, most=most)
            return None
        return int(text)

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date of a time in which there are studies (a day after it is a date as well): as ``type=date`` sends it, or
        typed with the day first (31-3-2026, 31/3/2026, 31.3.2026) where a browser has no picker."""
        text = self.text(name, required=required, most=10)
        typed = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text)
        try:
            day = date(*map(int, reversed(typed.groups()))) if typed else date.fromisoformat(text) if text else None
        except ValueError:
            day = date.max
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            self.wrong(name, "wrong.date")
            return None
        return day

    def clock(self, name: str, *, required: bool = True) -> time | None:
        """A time of day as ``type=time`` sends it, or typed (9:30, 9.30) where a browser has no picker."""
        text = self.text(name, required=required, most=8)
        if typed := re.fullmatch(r"(\d{1,2})[.:](\d{2})", text):
            text = f"{int(typed[1]):02d}:{typed[2]}"
        try:
            return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
        except ValueError:
            self.wrong(name, "wrong.time")
            return None

    def choice(self, name: str, options: Collection[str], *, required: bool = True) -> str:
        """One of the options, or "" when none was chosen."""
        text = self.value(name)
        if text in options:
            return text
        if required or text:
            self.wrong(name, "wrong.pick")
        return ""

    def many(self, name: str, options: Collection[str], *, required: bool = False) -> list[str]:
        """Those options that were ticked, in their own order."""
        ticked = self._sent.getlist(name)
        chosen = [option for option in options if option in ticked]
        if (required and not chosen) or len(chosen) != len(set(ticked)):
            self.wrong(name, "wrong.pick")
        return chosen

    def flag(self, name: str) -> bool:
        """Was it ticked?"""
        return self.ticked(name)
