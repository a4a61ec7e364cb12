"""A profile as a table that a researcher and a privacy officer can read. Pure."""

from collections.abc import Mapping

from server.export.generalise import age_in_bands
from server.export.profiles import Profile


def describe(profile: Profile, levels: Mapping[str, str] | None) -> list[tuple[str, str, str]]:
    """The profile as a table for people: (what, nl, en) per line, for the desk and the bundle.

    levels: how finely each demographic is told in this very export (`Anonymised.levels`), on which it hangs whether
    rows tell the weekend; None before that is settled.
    """
    p = profile
    tables = p.rows == "tables"
    lines = [
        (
            "rows",
            *(("alleen tabellen", "tables only") if tables else ("een per geplande beep", "one per planned beep")),
        ),
        ("id", *_IDS[p.ids]),
        ("dates", *(("geen", "none") if tables else _DATES[p.dates])),
    ]
    if not tables:
        lines += [
            ("weekend", *_weekend(p, levels)),
            ("sched_hour", *_yes(p.sched_hour)),
            ("latency", *_LATENCY[p.latency]),
        ]
    if p.k is not None:
        share = f"{p.suppression_share:.0%}"
        lines += [
            ("k-anonymity", f"k ≥ {p.k}, ontbrekend telt als waarde", f"k ≥ {p.k}, missing counts as a value"),
            (
                "suppression",
                f"hoogstens {share} van de mensen (of {p.k}, als dat meer is) verliest demografie, nooit dagboekrijen",
                f"at most {share} of people (or {p.k}, if that is more) lose their demographics, never diary rows",
            ),
        ]
    if p.most_demographics is not None:
        most = p.most_demographics
        lines.append(("demographics", f"hoogstens {most}", f"at most {most}"))
    ages = [level.title for level in age_in_bands(p.age_bands).levels[:1]]
    lines += [
        ("age", *((ages[0]["nl"], ages[0]["en"]) if ages else ("precies", "exact"))),
        ("free text", *_yes(p.free_text)),
        ("rare categories", *_rare(p)),
        ("never", *(("niets achtergehouden", "nothing withheld") if not p.never else (_NEVER_NL, ", ".join(p.never)))),
        ("minimum size", *(_minimum(p))),
        ("sliders", *_steps(p.sliders_step)),
        ("approval", p.approval["nl"], p.approval["en"]),
        ("label", p.label["nl"], p.label["en"]),
    ]
    return lines


WHAT_NL = {
    "rows": "rijen",
    "dates": "datums",
    "latency": "reactietijden",
    "k-anonymity": "k-anonimiteit",
    "suppression": "weglating",
    "demographics": "achtergrondkenmerken",
    "age": "leeftijd",
    "free text": "vrije tekst",
    "rare categories": "zeldzame categorieën",
    "never": "nooit",
    "minimum size": "kleinste omvang",
    "sliders": "schuifvragen",
    "approval": "goedkeuring",
    "label": "aanduiding",
}
"""What a line of `describe` is about, in Dutch; names of columns are the same."""

_NEVER_NL = (
    "apparaat, besturingssysteem, versie van app en vragenlijst, tijdzone, netwerkadres, push-sleutels, "
    "coördinator, school of groep"
)
_IDS = {
    "fresh": ("nieuwe sleutel per export", "a fresh key for each export"),
    "per_agreement": ("sleutel per studie en overeenkomst", "a key for each study and agreement"),
    "own": ("eigen code", "own code"),
    "none": ("geen", "none"),
}
_DATES = {
    "none": ("geen; dagnummer, beepnummer, observatienummer", "none; day, beep and observation numbers"),
    "dummy": ("schijnkalender (week van 2001-01-01), per 15 min", "dummy calendar (week of 2001-01-01), per 15 min"),
    "true": ("echte tijden", "true times"),
}
_LATENCY = {
    "minutes": ("hele minuten, afgetopt", "whole minutes, top-coded"),
    "banded": ("in klassen", "banded"),
    "seconds": ("seconden", "seconds"),
    "none": ("geen", "none"),
}


def _yes(true: bool) -> tuple[str, str]:
    return ("ja", "yes") if true else ("nee", "no")


def _weekend(profile: Profile, levels: Mapping[str, str] | None) -> tuple[str, str]:
    if not profile.weekend or profile.k is None:
        return _yes(profile.weekend)
    spared = (
        ("", "") if profile.school_days else (", zonder vragen naar schooldagen", ", without items about school days")
    )
    if levels is None:
        return (
            f"ja{spared[0]}, tenzij de weekdag van de eerste dag wordt weggelaten",
            f"yes{spared[1]}, unless the weekday of the first day is withheld",
        )
    if levels.get("start_weekday", "withheld") == "withheld":
        return (
            "nee: de weekdag van de eerste dag is weggelaten, en daarmee vragen naar schooldagen",
            "no: the weekday of the first day is withheld, and with it items about school days",
        )
    return f"ja{spared[0]}", f"yes{spared[1]}"


def _rare(profile: Profile) -> tuple[str, str]:
    least = profile.rare_below
    if not least:
        return "zoals gekozen", "as chosen"
    if profile.rows == "tables":
        return f"onder {least} personen verborgen", f"hidden below {least} persons"
    return f"door minder dan {least} personen gekozen: „anders”", f'chosen by fewer than {least} persons: "other"'


def _minimum(profile: Profile) -> tuple[str, str]:
    if profile.cell_below is not None:
        least = profile.cell_below
        return f"{least} personen per cel", f"{least} persons a cell"
    return f"{profile.minimum_people} deelnemers", f"{profile.minimum_people} participants"


def _steps(step: int | None) -> tuple[str, str]:
    return ("zoals geantwoord", "as answered") if step is None else (f"afgerond op {step}", f"rounded to {step}")
