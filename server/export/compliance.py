"""compliance_report.html: what reporting guidelines ask of a diary study, filled in as far as the data know it. Pure.

Items: CREMAS (Liao, Skelton, Dunton & Bruening 2016, J. Med. Internet Res. 18:e151) and the checklist for adolescents
of van Roekel, Keijsers & Chung 2019 (J. Res. Adolesc. 29:560). What only the researchers know is left to them, in so
many words. One page, without scripts or anything from elsewhere.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from server.export.calendar import delay_band_labels
from server.export.columns import COMPLETE, PARTIAL, STATUS
from server.export.documents import About
from server.export.figures import draw_bars
from server.export.tally import Tally, mean_and_sd, spread_counts

YOURS = "To be told by the researchers."
_VALID = (COMPLETE, PARTIAL)
_TECHNOLOGY = (
    "A web app on the participants' own phones with web push (of entries that were recorded elsewhere: see their "
    "source). No profile tells devices."
)


def render(about: About, tally: Tally) -> bytes:
    """The page, in English: it is for methods sections."""
    rows = "\n".join(
        f"<tr><th scope='row'>{escape(item)}</th><td>{escape(guide)}</td><td>{escape(text)}</td></tr>"
        for item, guide, text in _items(about, tally)
    )
    statuses = "\n".join(
        f"<tr><th scope='row'>{code} {escape(text['en'])}</th><td>{tally.by_status[code]}</td>"
        f"<td>{_percent(tally.by_status[code], tally.beeps)}</td></tr>"
        for code, text in STATUS.items()
    )
    figures = "\n".join(
        f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, drawing in _figures(about, tally)
    )
    title = escape(about.title["en"])
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Compliance: {title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc }}
th {{ font-weight: 600 }} figure {{ margin: 1.5rem 0 }} svg {{ width: 100%; height: auto }}
</style></head><body>
<h1>Compliance: {title}</h1>
<p>{about.people} participants, {tally.beeps:,} planned questionnaires, {tally.valid:,} entries
({_percent(tally.valid, tally.beeps)}), {tally.own_entries} entries of their own accord.</p>
<h2>What became of every planned questionnaire</h2>
<table><tr><th scope="col">status</th><th scope="col">beeps</th><th scope="col">share</th></tr>
{statuses}</table>
<h2>Figures</h2>
{figures}
<h2>Reporting items</h2>
<table><tr><th scope="col">item</th><th scope="col">guideline</th><th scope="col">this study</th></tr>
{rows}</table>
</body></html>
""".encode()


def _items(about: About, tally: Tally) -> list[tuple[str, str, str]]:
    mean, sd = tally.mean_and_sd()
    windows = ", ".join(f"{protocol.answer_window_min} min" for protocol in about.protocols)
    reminders = ", ".join(
        f"{protocol.key}: {', '.join(f'after {minutes} min' for minutes in protocol.reminders_min) or 'none'}"
        for protocol in about.protocols
    )
    planned_mean, planned_sd = mean_and_sd([float(count) for count in tally.planned])
    both = "CREMAS, van Roekel"
    return [
        ("Recruitment, sample, power", "van Roekel", YOURS),
        ("In- and exclusion of participants", "van Roekel", _who(about)),
        ("Training and instructions", both, YOURS),
        ("Technology", both, _TECHNOLOGY),
        ("Waves", "CREMAS", "1 in this export."),
        ("Monitoring period", both, f"{about.days} days, school days and weekends alike."),
        ("Prompting design", both, about.scheme("en")),
        ("Prompt frequency", both, f"{about.beeps_a_day} questionnaires a day."),
        (
            "Design features",
            "CREMAS",
            "Order of items drawn within blocks; branches; see codebook_en.md for each item.",
        ),
        ("Response window", "van Roekel", windows),
        ("Reminders and monitoring", "van Roekel", f"{reminders}. {tally.reminded} beeps were reminded."),
        ("Items per assessment", "van Roekel", f"{_ratio(tally.shown_items, tally.valid)} shown on average."),
        ("Prompts planned", "CREMAS", f"{tally.beeps}; {planned_mean:.1f} (SD {planned_sd:.1f}) per person."),
        ("Prompts received, reasons for those not sent", "CREMAS", _received(tally)),
        ("Attrition by day", "CREMAS", _attrition(tally)),
        ("Compliance", both, f"M = {mean:.1%}, SD = {sd:.1%} of planned beeps, over persons."),
        ("Reasons for non-compliance", "van Roekel", "By status above; illness and the like: " + YOURS),
        ("Time from prompt to start", both, _delays(about, tally)),
        ("Duration of a questionnaire", "van Roekel", _durations(about, tally)),
        ("Missing data", both, _missing(tally)),
        ("Careless responding", "van Roekel", _careless(tally)),
        ("Exclusion cut-off and compliance after it", "van Roekel", "Nobody was excluded for answering little."),
        ("Scale construction", "van Roekel", "Formulas in codebook_en.md, column formula."),
        ("Incentives, problems, adjustments to the protocol", "van Roekel", YOURS),
    ]


def _who(about: About) -> str:
    some = any(about.left_out.values())
    return (
        "README.md counts who is not in this export and why." if some else "Everybody of the study is in this export."
    )


def _received(tally: Tally) -> str:
    not_sent = [code for code in STATUS if code not in (*_VALID, 3, 5)]
    words = "; ".join(f"{STATUS[code]['en']}: {tally.by_status[code]}" for code in not_sent)
    return f"Without a push that was accepted, and without an entry: {words}."


def _attrition(tally: Tally) -> str:
    if not tally.last_days:
        return "No entries."
    mean, sd = mean_and_sd([float(day) for day in tally.last_days])
    return f"Last day with an entry: M = {mean:.1f}, SD = {sd:.1f}. Compliance by day in the figure."


def _delays(about: About, tally: Tally) -> str:
    if about.profile.latency == "banded":
        return "In bands; see the figure."
    mean, sd = spread_counts(tally.delays)
    return f"M = {mean:.1f}, SD = {sd:.1f} minutes (whole minutes, top-coded). {tally.late_upload} were sent later."


def _durations(about: About, tally: Tally) -> str:
    if not tally.durations.total():
        return "Not known for these entries."
    if about.profile.latency == "banded":
        return "In bands, in the data."
    mean, sd = spread_counts(tally.durations)
    return f"M = {mean:.1f}, SD = {sd:.1f} minutes (whole minutes, top-coded)."


def _missing(tally: Tally) -> str:
    left = tally.shown_items - tally.answered_items
    return (
        f"Within entries {_percent(left, tally.shown_items)} of the items shown have no answer; items left out by "
        "design are told apart. By beep and day in the figures."
    )


def _careless(tally: Tally) -> str:
    words = ", ".join(f"{name} {count}" for name, count in sorted(tally.flags.items()))
    return f"Flagged, never deleted: {words} of {tally.valid} entries."


def _figures(about: About, tally: Tally) -> list[tuple[str, str]]:
    by_day = _shares(tally.by_day)
    by_beep = _shares(tally.by_beep)
    tens = [
        (f"{low}-{low + 10}", sum(low <= share * 100 < low + 10 + (low == 90) for share in tally.shares))
        for low in range(0, 100, 10)
    ]
    if about.profile.latency == "banded":
        delays = [(text["en"], float(tally.delays[band])) for band, text in delay_band_labels().items()]
    else:
        longest = max(tally.delays, default=0)
        delays = [
            (f"{low}", float(sum(tally.delays[low + more] for more in range(5)))) for low in range(0, longest + 1, 5)
        ]
    drawn: Sequence[tuple[str, list[tuple[str, float]], str, float | None]] = [
        ("Compliance by day of the study", by_day, "%", 100),
        ("Compliance by beep of the day", by_beep, "%", 100),
        ("Persons by their compliance (percent)", [(label, float(count)) for label, count in tens], "", None),
        ("Entries by minutes from prompt to start", delays, "", None),
    ]
    return [(title, draw_bars(bars, title=title, unit=unit, top=top)) for title, bars, unit, top in drawn if bars]


def _shares(counts: Mapping[tuple[int, int], int]) -> list[tuple[str, float]]:
    """Percent of entries by number (day or beep)."""
    planned: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    for (number, status), count in counts.items():
        planned[number] += count
        answered[number] += count if status in _VALID else 0
    return [(str(number), 100 * answered[number] / planned[number]) for number in sorted(planned)]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.1f}" if whole else "–"
