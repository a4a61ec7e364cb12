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
from server.export.compliance_words import WORDS
from server.export.documents import About
from server.export.figures import draw_bars
from server.export.tally import Tally, mean_and_sd, quartiles, spread_counts

_VALID = (COMPLETE, PARTIAL)
_BOTH = "CREMAS, van Roekel"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc }
th { font-weight: 600 } figure { margin: 1.5rem 0 } svg { width: 100%; height: auto }
h1, th, td { overflow-wrap: anywhere }
@media (max-width: 40rem) {
.items tr { display: block; border-bottom: 1px solid #ccc; padding: .4rem 0 }
.items th, .items td { display: block; border: 0; padding: 0 }
.items thead { display: none }
th, td { padding: .3rem .3rem }
}
"""


def render(about: About, tally: Tally, language: str = "en") -> bytes:
    """The page; in English it is for methods sections."""
    w = WORDS[language]
    rows = "\n".join(
        f"<tr><th scope='row'>{escape(item)}</th><td>{escape(guide)}</td><td>{escape(text)}</td></tr>"
        for item, guide, text in _items(about, tally, language)
    )
    statuses = "\n".join(
        f"<tr><th scope='row'>{code} {escape(text[language])}</th><td>{tally.by_status[code]}</td>"
        f"<td>{_percent(tally.by_status[code], tally.beeps)}</td></tr>"
        for code, text in STATUS.items()
    )
    figures = "\n".join(
        f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, drawing in _figures(about, tally, language)
    )
    title = escape(f"{w['title']}: {about.title[language]}")
    share = _percent(tally.valid, tally.beeps)
    facts = {"people": about.people, "beeps": f"{tally.beeps:,}", "valid": f"{tally.valid:,}", "share": share}
    lead = w["lead"].format(**facts, own=tally.own_entries)
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>{_STYLE}</style></head><body>
<h1>{title}</h1>
<p>{escape(lead)}</p>
<h2>{w["became"]}</h2>
<table><tr><th scope="col">{w["status"]}</th><th scope="col">{w["beeps"]}</th><th scope="col">{w["share"]}</th></tr>
{statuses}</table>
<h2>{w["figures"]}</h2>
{figures}
<h2>{w["items"]}</h2>
<table class="items"><thead><tr><th scope="col">{w["item"]}</th><th scope="col">{w["guideline"]}</th>
<th scope="col">{w["this"]}</th></tr></thead><tbody>
{rows}</tbody></table>
</body></html>
""".encode()


def _items(about: About, tally: Tally, language: str) -> list[tuple[str, str, str]]:
    w = WORDS[language]
    mean, sd = tally.mean_and_sd()
    windows = ", ".join(f"{protocol.answer_window_min} min" for protocol in about.protocols)
    reminders = ", ".join(
        f"{protocol.key}: "
        + (", ".join(w["after"].format(minutes=minutes) for minutes in protocol.reminders_min) or w["none"])
        for protocol in about.protocols
    )
    planned_mean, planned_sd = mean_and_sd([float(count) for count in tally.planned])
    per_person = {"mean": f"{planned_mean:.1f}", "sd": f"{planned_sd:.1f}"}
    shown = _ratio(tally.shown_items, tally.valid)
    return [
        (w["sample"], "van Roekel", w["yours"]),
        (w["who"], "van Roekel", w["who_some" if any(about.left_out.values()) else "who_all"]),
        (w["training"], _BOTH, w["yours"]),
        (w["technology"], _BOTH, w["technology_is"]),
        (w["waves"], "CREMAS", w["waves_is"]),
        (w["period"], _BOTH, w["period_is"].format(days=about.days)),
        (w["design"], _BOTH, about.scheme(language)),
        (w["frequency"], _BOTH, w["frequency_is"].format(beeps=about.beeps_a_day)),
        (w["features"], "CREMAS", w["features_is"]),
        (w["window"], "van Roekel", windows),
        (w["reminders"], "van Roekel", w["reminders_is"].format(reminders=reminders, reminded=tally.reminded)),
        (w["asked"], "van Roekel", w["asked_is"].format(items=shown)),
        (w["planned"], "CREMAS", w["planned_is"].format(beeps=tally.beeps, **per_person)),
        (w["received"], "CREMAS", _received(tally, language)),
        (w["attrition"], "CREMAS", _attrition(tally, w)),
        (w["compliance"], _BOTH, w["compliance_is"].format(mean=f"{mean:.1%}", sd=f"{sd:.1%}")),
        (w["reasons"], "van Roekel", w["reasons_is"].format(yours=w["yours"])),
        (w["delay"], _BOTH, _delays(about, tally, w)),
        (w["duration"], "van Roekel", _durations(tally, w)),
        (w["missing"], _BOTH, _missing(tally, w)),
        (w["careless"], "van Roekel", _careless(tally, w)),
        (w["cutoff"], "van Roekel", w["cutoff_is"]),
        (w["scales"], "van Roekel", w["scales_is"]),
        (w["incentives"], "van Roekel", w["yours"]),
    ]


def _received(tally: Tally, language: str) -> str:
    not_sent = [code for code in STATUS if code not in (*_VALID, 3, 5)]
    words = "; ".join(f"{STATUS[code][language]}: {tally.by_status[code]}" for code in not_sent)
    return WORDS[language]["received_is"].format(words=words)


def _attrition(tally: Tally, w: Mapping[str, str]) -> str:
    if not tally.last_days:
        return w["attrition_none"]
    mean, sd = mean_and_sd([float(day) for day in tally.last_days])
    return w["attrition_is"].format(mean=f"{mean:.1f}", sd=f"{sd:.1f}")


def _delays(about: About, tally: Tally, w: Mapping[str, str]) -> str:
    if about.profile.latency == "banded":
        return w["delay_banded"]
    mean, sd = spread_counts(tally.delays)
    return w["delay_is"].format(mean=f"{mean:.1f}", sd=f"{sd:.1f}", late=tally.late_upload)


def _durations(tally: Tally, w: Mapping[str, str]) -> str:
    if not tally.seconds.total():
        return w["duration_none"]
    low, median, high = quartiles(tally.seconds)
    return w["duration_is"].format(low=low, median=median, high=high)


def _missing(tally: Tally, w: Mapping[str, str]) -> str:
    left = tally.shown_items - tally.answered_items
    return w["missing_is"].format(share=_percent(left, tally.shown_items))


def _careless(tally: Tally, w: Mapping[str, str]) -> str:
    words = ", ".join(f"{name} {count}" for name, count in sorted(tally.flags.items()))
    return w["careless_is"].format(words=words, valid=tally.valid)


def _figures(about: About, tally: Tally, language: str) -> list[tuple[str, str]]:
    w = WORDS[language]
    by_day = _shares(tally.by_day)
    by_beep = _shares(tally.by_beep)
    tens = [
        (f"{low}-{low + 10}", sum(low <= share * 100 < low + 10 + (low == 90) for share in tally.shares))
        for low in range(0, 100, 10)
    ]
    if about.profile.latency == "banded":
        delays = [(text[language], float(tally.delays[band])) for band, text in delay_band_labels().items()]
    else:
        longest = max(tally.delays, default=0)
        delays = [
            (f"{low}", float(sum(tally.delays[low + more] for more in range(5)))) for low in range(0, longest + 1, 5)
        ]
    drawn: Sequence[tuple[str, list[tuple[str, float]], str, float | None]] = [
        (w["by_day"], by_day, "%", 100),
        (w["by_beep"], by_beep, "%", 100),
        (w["by_person"], [(label, float(count)) for label, count in tens], "", None),
        (w["by_delay"], delays, "", None),
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
