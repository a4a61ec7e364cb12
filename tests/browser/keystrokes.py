"""What a screen costs somebody who does not know it: the keystroke-level model, with reading added.

S.K. Card, T.P. Moran and A. Newell, The keystroke-level model for user performance time with interactive systems,
Communications of the ACM 23 (1980), 396-410: K an average typist's stroke (also of Shift and of a mouse button), P
pointing with a mouse, H moving a hand between mouse and keyboard, M getting ready for what comes next. The model is of
people who know what to do; who does not know the screen reads it, at 230 words a minute, before she acts.
"""

from dataclasses import dataclass

from playwright.sync_api import Locator

K, P, H, M = 0.28, 1.1, 0.4, 1.35
"""Seconds."""
WORDS_A_MINUTE = 230
_SHIFTED = set('!?":()&%+*“”')


@dataclass(kw_only=True, slots=True)
class Effort:
    """Does what somebody does on a page, and counts it. The hand begins at the mouse."""

    decisions: int = 0
    clicks: int = 0
    strokes: int = 0
    moves_of_hand: int = 0
    words: int = 0
    at_keyboard: bool = False

    @property
    def seconds(self) -> float:
        """All of it, one after another."""
        acts = self.decisions * M + self.clicks * (P + K) + self.strokes * K + self.moves_of_hand * H
        return acts + self.words / WORDS_A_MINUTE * 60

    def read(self, *what: Locator) -> None:
        """Every word of it."""
        self.words += sum(len(text.split()) for one in what for text in one.all_inner_texts())

    def click(self, what: Locator) -> None:
        """Decide, point, press."""
        self._point()
        what.click()

    def choose(self, what: Locator, value: str) -> None:
        """Open a list, read it, point at one entry."""
        self._point()
        self.words += sum(len(text.split()) for text in what.locator("option").all_inner_texts())
        self._point()
        what.select_option(value)

    def write(self, what: Locator, text: str) -> None:
        """Into a field at which one points first."""
        self._point()
        self._hand(to_keyboard=True)
        self.strokes += sum(1 + (sign.isupper() or sign in _SHIFTED) for sign in text)
        what.fill(text)

    def _point(self) -> None:
        self._hand(to_keyboard=False)
        self.decisions += 1
        self.clicks += 1

    def _hand(self, *, to_keyboard: bool) -> None:
        self.moves_of_hand += self.at_keyboard != to_keyboard
        self.at_keyboard = to_keyboard
