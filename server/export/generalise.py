"""Demographics and the ways in which they are told more coarsely. Pure.

A `Demographic` is declared once, with its levels from fine to coarse; above the last there is always one more, at which
it is withheld from everybody. Nothing here knows which demographics a study has: those come with the study.

Missing is a value: a person whose gender is unknown is told apart by that as well as by any answer, so None becomes the
label `MISSING` at every level and counts like the others.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

Value = Hashable
Text = Mapping[str, str]

MISSING = "missing"
SUPPRESSED = "suppressed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One participant: ``key`` is whatever the caller knows her by, ``facts`` her demographics by name."""

    key: str
    facts: Mapping[str, Value | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One way of telling a demographic. ``label`` takes a value that is not missing. ``title`` is for the form."""

    name: str
    title: Text
    label: Callable[[Value], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Demographic:
    """What is known of people beside their diaries, and how finely it may be told.

    levels: from fine to coarse, each a merging of the one before. sensitive: what a reader must not be able to infer
    (a diagnosis); it does not make people recognisable and so makes no classes, but must differ within them.
    in_rows: it can be read off the diary rows themselves. "removable": as long as certain columns are in them (the
    weekday of the start, by ``weekend``); those columns go where it is withheld. "always": whatever is done (the length
    of the study); it is never coarsened, and people who lose their demographics are still told apart by it.
    """

    name: str
    title: Text
    levels: tuple[Level, ...] = field(compare=False)
    sensitive: bool = False
    in_rows: str = ""

    @property
    def withheld(self) -> int:
        """The number of the level at which nothing is told."""
        return len(self.levels)

    @property
    def pinned(self) -> bool:
        return self.in_rows == "always"

    def level_names(self) -> tuple[str, ...]:
        return (*(level.name for level in self.levels), "withheld")

    def tell(self, value: Value | None, level: int) -> str:
        """The label of a value at a level; "" where it is withheld."""
        if level >= len(self.levels):
            return ""
        return MISSING if value is None else self.levels[level].label(value)


class NotNested(ValueError):
    """A level splits what a finer level had already put together, so that coarser would not be safer."""


def check_nested(demographic: Demographic, values: Iterable[Value | None]) -> None:
    """Raise `NotNested` if, for these values, a coarser level does not merely merge labels of the finer one."""
    known = set(values)
    for level in range(1, len(demographic.levels)):
        coarse_of: dict[str, str] = {}
        for value in known:
            fine, coarse = demographic.tell(value, level - 1), demographic.tell(value, level)
            if coarse_of.setdefault(fine, coarse) != coarse:
                raise NotNested(f"{demographic.name}: level {demographic.levels[level].name} splits {fine}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Whole numbers from ``low`` to ``high``, both included."""

    low: int
    high: int

    @property
    def label(self) -> str:
        return f"{self.low}-{self.high}"


Bands = tuple[Band, ...]


def bands(*edges: tuple[int, int]) -> Bands:
    return tuple(Band(low=low, high=high) for low, high in edges)


def band_of(number: int, among: Bands) -> str:
    """The label of the band the number lies in; "<12" and ">25" outside of bands from 12 to 25.

    Raises ValueError for a number that falls between two bands.
    """
    for band in among:
        if band.low <= number <= band.high:
            return band.label
    if number < among[0].low:
        return f"<{among[0].low}"
    if number > among[-1].high:
        return f">{among[-1].high}"
    raise ValueError(f"{number} lies between two bands")


def age_at(birth_year: int | None, starts_on: date) -> int | None:
    """The age reached in the calendar year of the start; all that can be known from a year of birth."""
    return None if birth_year is None else starts_on.year - birth_year


def open_labels(among: Bands) -> tuple[str, ...]:
    """The labels of bands of which the first and the last are open: "<16", "16-17", "18-20", ">20"."""
    return (f"<{among[1].low}", *(band.label for band in among[1:-1]), f">{among[-1].low - 1}")


def open_band_of(number: int, among: Bands) -> str:
    """The label of the band the number lies in, where nobody is too young for the first or too old for the last."""
    return open_labels(among)[sum(number >= band.low for band in among[1:])]


def age_in_bands(chain: Sequence[Bands]) -> Demographic:
    """``age`` (whole years) in bands, finest first; a profile says which (`Profile.age_bands`).

    Of several the finest is told as it is, and then with its ends open; the others have open ends, so that one person
    who is older than everybody is not alone at every level.
    """

    def level(among: Bands, *, ends: bool, name: str) -> Level:
        names = ", ".join(band.label for band in among) if ends else ", ".join(open_labels(among))
        label = band_of if ends else open_band_of
        return Level(
            name=name,
            title={"nl": f"in groepen {names}", "en": f"in bands {names}"},
            label=lambda value: label(int(str(value)), among),
        )

    levels = [level(among, ends=False, name=f"{len(among)}-bands") for among in chain]
    if len(chain) > 1:
        levels[:1] = [
            level(chain[0], ends=True, name=f"{len(chain[0])}-bands"),
            level(chain[0], ends=False, name=f"{len(chain[0])}-bands-open"),
        ]
    return Demographic(name="age", title={"nl": "leeftijd", "en": "age"}, levels=tuple(levels))


def whole_number(name: str, title: Text, *, widths: Sequence[int], origin: int = 0) -> Demographic:
    """A whole number, exact (width 1) or in spans of so many from ``origin`` on.

    Each width must be a multiple of the one before (ValueError), or spans would overlap instead of merging.
    """
    if any(coarse % fine for fine, coarse in pairwise(widths)):
        raise ValueError(f"{name}: each width must be a multiple of the one before")

    def level(width: int) -> Level:
        def label(value: Value) -> str:
            low = (int(str(value)) - origin) // width * width + origin
            return str(low) if width == 1 else f"{low}-{low + width - 1}"

        if width == 1:
            return Level(name="exact", title={"nl": "precies", "en": "exact"}, label=label)
        return Level(name=f"spans-of-{width}", title={"nl": f"per {width}", "en": f"in spans of {width}"}, label=label)

    return Demographic(name=name, title=title, levels=tuple(level(width) for width in widths))


def categories(
    name: str,
    title: Text,
    *,
    groupings: Sequence[Mapping[str, str]] = (),
    sensitive: bool = False,
    in_rows: str = "",
) -> Demographic:
    """A choice: first as it is, then by each grouping (value -> wider word; what is not named stays as it is)."""

    def level(number: int) -> Level:
        def label(value: Value) -> str:
            word = str(value)
            for grouping in groupings[:number]:
                word = grouping.get(word, word)
            return word

        if number == 0:
            return Level(name="exact", title={"nl": "precies", "en": "exact"}, label=label)
        words = ", ".join(sorted(set(groupings[number - 1].values())))
        return Level(name=f"groups-{number}", title={"nl": f"groepen: {words}", "en": f"groups: {words}"}, label=label)

    levels = tuple(level(number) for number in range(len(groupings) + 1))
    return Demographic(name=name, title=title, levels=levels, sensitive=sensitive, in_rows=in_rows)


def language() -> Demographic:
    return categories("language", {"nl": "taal", "en": "language"})


def start_weekday() -> Demographic:
    """The weekday of the first day. Day numbers beside ``weekend`` give it away, so it counts even if nobody asks."""
    return categories(
        "start_weekday", {"nl": "weekdag van de eerste dag", "en": "weekday of the first day"}, in_rows="removable"
    )


def study_days() -> Demographic:
    """How many days somebody's study lasts: every planned beep is a row, so the rows count them."""
    return categories("study_days", {"nl": "aantal studiedagen", "en": "days in the study"}, in_rows="always")


def ordinary(chain: Sequence[Bands]) -> dict[str, Demographic]:
    """The demographics that are known of every participant, by name."""
    known: Collection[Demographic] = (age_in_bands(chain), language(), start_weekday(), study_days())
    return {demographic.name: demographic for demographic in known}
