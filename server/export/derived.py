"""Variables that an analyst would otherwise make herself, and often over the night: means, spread, lags. Pure.

All of them are about one person and one variable. A *point* is one planned questionnaire: (day number, beep number,
value or None), every planned one included, in order. Self-started entries are not among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.export.generalise import Text
from server.statistics import individual_sd, mean_of, neighbour_differences, rmssd

Point = tuple[int, int, float | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonStatistics:
    """n answers and what they come to, in the unit of the variable; None where there are too few.

    pairs: neighbouring beeps of one day, both answered; rmssd is over those.
    """

    n: int
    mean: float | None
    isd: float | None
    pairs: int
    rmssd: float | None


def person_statistics(points: Sequence[Point]) -> PersonStatistics:
    """The statistics of one person; mean from one answer on, iSD from two, RMSSD from one pair."""
    answered = [(day, beep, value) for day, beep, value in points if value is not None]
    values = [value for _, _, value in answered]
    differences = neighbour_differences(answered)
    return PersonStatistics(
        n=len(values),
        mean=mean_of(values) if values else None,
        isd=individual_sd(values) if len(values) > 1 else None,
        pairs=len(differences),
        rmssd=rmssd(differences) if differences else None,
    )


def lagged(points: Sequence[Point]) -> list[float | None]:
    """For each point the answer to the beep planned just before it on the same day.

    None for the first beep of a day (a lag never goes over a night) and where that beep was not answered (an answer
    from two beeps ago is another lag).
    """
    known = {(day, beep): value for day, beep, value in points}
    return [known.get((day, beep - 1)) for day, beep, _ in points]


def centred(points: Sequence[Point]) -> list[float | None]:
    """Each value minus the person's own mean; None stays None."""
    values = [value for _, _, value in points if value is not None]
    if not values:
        return [None] * len(points)
    mean = mean_of(values)
    return [None if value is None else value - mean for _, _, value in points]


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """How a derived variable is called and made, for the codebook. ``suffix`` follows the variable's own name."""

    suffix: str
    formula: Text
    text: Text
    source: str


FORMULAS: Mapping[str, Formula] = {
    "mean": Formula(
        suffix="_mean",
        formula={
            "nl": "som(x_i) / n",
            "en": "sum(x_i) / n",
        },
        text={"nl": "gemiddelde over alle antwoorden van de persoon", "en": "mean of all the person's answers"},
        source="",
    ),
    "n": Formula(
        suffix="_n",
        formula={
            "nl": "aantal antwoorden",
            "en": "number of answers",
        },
        text={"nl": "aantal antwoorden van de persoon", "en": "number of the person's answers"},
        source="",
    ),
    "isd": Formula(
        suffix="_isd",
        formula={
            "nl": "wortel( som( (x_i - gemiddelde)^2 ) / (n - 1) ), n >= 2",
            "en": "sqrt( sum( (x_i - mean)^2 ) / (n - 1) ), n >= 2",
        },
        text={
            "nl": "individuele standaarddeviatie: spreiding om het eigen gemiddelde",
            "en": "individual standard deviation: spread around the person's own mean",
        },
        source="Jahng, Wood & Trull 2008, Psychological Methods 13:354",
    ),
    "rmssd": Formula(
        suffix="_rmssd",
        formula={
            "nl": "wortel( som( (x_(t) - x_(t-1))^2 ) / paren ), beeps t-1 en t direct na elkaar gepland op een dag",
            "en": "sqrt( sum( (x_(t) - x_(t-1))^2 ) / pairs ), beeps t-1 and t planned next to each other on one day",
        },
        text={
            "nl": "verandering van moment tot moment; nooit over een nacht of een gemiste beep heen",
            "en": "moment-to-moment change; never over a night or a missed beep",
        },
        source="von Neumann, Kent, Bellinson & Hart 1941, Ann. Math. Stat. 12:153; Jahng, Wood & Trull 2008",
    ),
    "pairs": Formula(
        suffix="_pairs",
        formula={
            "nl": "aantal paren in rmssd",
            "en": "number of pairs in rmssd",
        },
        text={"nl": "aantal paren waarop rmssd berust", "en": "number of pairs that rmssd rests on"},
        source="",
    ),
    "lag": Formula(
        suffix="_lag",
        formula={
            "nl": "x_(t-1), de beep die op dezelfde dag vlak voor t was gepland; anders leeg",
            "en": "x_(t-1), the beep planned just before t on the same day; else missing",
        },
        text={
            "nl": "antwoord op de vorige geplande beep van dezelfde dag; nooit over een nacht",
            "en": "answer to the previous planned beep of the same day; never over a night",
        },
        source="",
    ),
    "pc": Formula(
        suffix="_pc",
        formula={
            "nl": "x_t - gemiddelde",
            "en": "x_t - mean",
        },
        text={"nl": "afwijking van het eigen gemiddelde", "en": "deviation from the person's own mean"},
        source="Enders & Tofighi 2007, Psychological Methods 12:121",
    ),
}
