"""What a person reads first in a bundle: README, CITATION.cff and the terms of use. Pure.

Nothing here names a date, a person or a machine: the same export made again gives the same bytes, and the date of an
export beside a study that ended "last week" would be a date too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prompts.protocols import Protocol, StratifiedRandom
from server.export.codebook import Table
from server.export.columns import MISSING, Text
from server.export.kanonymity import Anonymised
from server.export.people import LEFT_OUT
from server.export.profile_words import WHAT_NL, describe
from server.export.profiles import Profile


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What the papers of a bundle tell of a study and of this export. ``left_out``: people by reason of `LEFT_OUT`."""

    name: str
    title: Text
    institution: str
    protocols: tuple[Protocol, ...]
    instruments: tuple[str, ...]
    profile: Profile
    people: int
    left_out: Mapping[str, int]
    anonymised: Anonymised
    licence: str
    version: str
    first_days: int | None

    @property
    def beeps_a_day(self) -> str:
        return _span([protocol.scheme.beeps for protocol in self.protocols])

    @property
    def days(self) -> str:
        return _span([protocol.days for protocol in self.protocols])

    def scheme(self, language: str) -> str:
        """The way of sampling in one sentence."""
        return " ".join(_scheme(protocol, language) for protocol in self.protocols)


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}-{high}"


def _scheme(protocol: Protocol, language: str) -> str:
    window = f"{protocol.day.start:%H:%M}-{protocol.day.end:%H:%M}"
    scheme = protocol.scheme
    if isinstance(scheme, StratifiedRandom):
        if language == "nl":
            return (
                f"{protocol.edition}: {scheme.beeps} willekeurige momenten per dag tussen {window}, een in elk even "
                f"lang deel van de dag, minstens {scheme.min_gap_min} minuten uit elkaar."
            )
        return (
            f"{protocol.edition}: {scheme.beeps} random moments a day within {window}, one in each equal share of the "
            f"day, at least {scheme.min_gap_min} minutes apart."
        )
    times = ", ".join(f"{at:%H:%M}" for at in scheme.times)
    return (
        f"{protocol.edition}: vaste tijden ({times})."
        if language == "nl"
        else f"{protocol.edition}: fixed times ({times})."
    )


def write_readme(about: About, tables: Sequence[Table], others: Mapping[str, Text]) -> bytes:
    """README.md in Dutch and English. ``others``: what the files that are not tables are."""
    parts = [f"# {about.title['nl']} / {about.title['en']}\n"]
    for language in ("nl", "en"):
        parts += _readme(about, tables, others, language)
    return ("\n".join(parts) + "\n").encode()


def _readme(about: About, tables: Sequence[Table], others: Mapping[str, Text], language: str) -> list[str]:
    nl = language == "nl"
    rows, columns = ("rijen", "kolommen") if nl else ("rows", "columns")
    profile = about.profile
    found = [
        f"## {'Nederlands' if nl else 'English'}\n",
        f"{'Profiel' if nl else 'Profile'}: **{profile.title[language]}** ({profile.label[language].rstrip('.')}).\n",
        (
            f"{about.people} deelnemers, {about.days} dagen, {about.beeps_a_day} vragenlijsten per dag. "
            if nl
            else f"{about.people} participants, {about.days} days, {about.beeps_a_day} questionnaires a day. "
        )
        + about.scheme(language),
        "",
        *(
            _of_rows(about, nl, any(table.name == "challenges" for table in tables))
            if profile.rows == "beeps"
            else _of_tables(nl)
        ),
        "",
        f"### {'Bestanden' if nl else 'Files'}\n",
        *[f"* `{table.path}`: {table.rows} {rows}, {len(table.columns)} {columns}" for table in tables],
        *[f"* `{name}`: {text[language]}" for name, text in others.items()],
        "",
        *(_of_codes(language) if profile.rows == "beeps" else []),
        f"### {'Wie er niet in zit' if nl else 'Who is not in it'}\n",
        *_left_out(about, language),
        "",
        f"### {'Wat er van de achtergrondkenmerken over is' if nl else 'What is left of the demographics'}\n",
        *[f"* {loss.text[language]}" for loss in about.anonymised.lost.values()],
        "",
        f"### {'Wat dit profiel vertelt' if nl else 'What this profile tells'}\n",
        "| | |",
        "|---|---|",
        *[
            f"| {WHAT_NL.get(what, what) if nl else what} | {words[0] if nl else words[1]} |"
            for what, *words in describe(profile, about.anonymised.levels)
        ],
        "",
        (
            "Controleer het pakket met `sha256sum -c SHA256SUMS`. Lees `disclosure_risk.md` voor u de gegevens deelt."
            if nl
            else "Check the bundle with `sha256sum -c SHA256SUMS`. Read `disclosure_risk.md` before you share the data."
        ),
        "",
    ]
    return found


def _of_rows(about: About, nl: bool, challenges: bool) -> list[str]:
    if nl:
        planned = "; elke geplande challenge een rij in `challenges.csv`" if challenges else ""
        rows = (
            "Elke geplande vragenlijst is een rij in `beeps.csv`, ook wat gemist, niet bezorgd of gepauzeerd is"
            f"{planned}. Wat iemand uit zichzelf invulde staat in `events.csv`. Rijen staan op volgorde van id, en die "
            "volgorde zegt niets."
        )
    else:
        planned = "; every planned challenge a row of `challenges.csv`" if challenges else ""
        rows = (
            "Every planned questionnaire is a row of `beeps.csv`, also what was missed, not delivered or paused"
            f"{planned}. What people filled in unasked is in `events.csv`. Rows are in the order of the ids, which "
            "tells nothing."
        )
    if not about.first_days:
        return [rows]
    trimmed = (
        f"Deze export gaat over de eerste {about.first_days} studiedagen van wie er minstens zoveel had; latere dagen "
        "en mensen met minder dagen zitten er niet in, zodat aan de duur niemand te herkennen is."
        if nl
        else f"This export is of the first {about.first_days} study days of everybody who had at least so many; later "
        "days, and people with fewer, are not in it, so that nobody is told apart by how long it lasted."
    )
    return [rows, "", trimmed]


def _of_tables(nl: bool) -> list[str]:
    return [
        (
            "Er zijn alleen tabellen: aantallen personen (`counts.csv`) en gemiddelden over personen (`means.csv`). "
            "Een leeg aantal is verborgen: het was kleiner dan tien, of zou een ander verborgen aantal verraden. Voor "
            "groepen die in `means.csv` ontbreken geldt hetzelfde. Het codeboek zegt bij `variables` wat de scores en "
            "vragen zijn."
            if nl
            else "There are tables only: numbers of persons (`counts.csv`) and means over persons (`means.csv`). An "
            "empty number is hidden: it was below ten, or would give away another one that is. The same holds for "
            "groups that `means.csv` lacks. The codebook says under `variables` what the measures and items are."
        )
    ]


def _of_codes(language: str) -> list[str]:
    nl = language == "nl"
    return [
        f"### {'Ontbrekende antwoorden' if nl else 'Missing answers'}\n",
        *[f"* `{code}`: {text[language]}" for code, text in sorted(MISSING.items(), reverse=True)],
        "",
        (
            "De codes staan alleen bij vragen, en in alle formaten hetzelfde; in SPSS zijn ze als ontbrekend "
            "aangemerkt, de importscripts maken ze leeg. Scores, vlaggen en tijden zijn gewoon leeg."
            if nl
            else "Only items have these codes, the same in every format; SPSS knows them as user-missing, the import "
            "scripts make them missing. Scores, flags and times are simply empty."
        ),
        "",
    ]


def _left_out(about: About, language: str) -> list[str]:
    """People by reason. Fewer than five, in tables fewer than ten, are told as "a few"."""
    least = about.profile.cell_below or 5
    few = "enkele" if language == "nl" else "a few"
    lines = [
        f"* {LEFT_OUT[code][language]}: {count if count >= least else few}"
        for code, count in about.left_out.items()
        if count
    ]
    return lines or ["* niemand" if language == "nl" else "* nobody"]


def write_citation(about: About) -> bytes:
    """CITATION.cff 1.2.0 (https://citation-file-format.github.io). Without a date; authors are the institution."""
    author = about.institution or "The authors of the study"
    lines = [
        "cff-version: 1.2.0",
        "message: Cite the study and this data set.",
        "type: dataset",
        f"title: {_quoted(about.title['en'])}",
        f"version: {about.version}",
        "authors:",
        f"  - name: {_quoted(author)}",
        f"abstract: {_quoted(about.scheme('en'))}",
    ]
    if about.licence:
        lines.append(f"license: {about.licence}")
    return ("\n".join(lines) + "\n").encode()


def write_licence(about: About) -> bytes:
    """LICENSE.txt: the named licence, or terms of use."""
    if about.licence:
        return (
            f"{about.title['en']}\nLicence: {about.licence} (https://spdx.org/licenses/{about.licence}.html)\n\n"
            "Whatever the licence allows: do not try to find out who the participants are.\n"
            "Wat de licentie ook toestaat: probeer niet te achterhalen wie de deelnemers zijn.\n"
        ).encode()
    return (
        f"{about.title['nl']} / {about.title['en']}\n\n"
        "Gebruik alleen voor het doel waarvoor de gegevens zijn verstrekt. Probeer niet te achterhalen wie de\n"
        "deelnemers zijn, koppel de gegevens niet aan andere, geef ze niet door, en meld het als u iemand herkent.\n\n"
        "Use these data only for the purpose for which they were handed over. Do not try to find out who the\n"
        "participants are, do not link the data to others, do not pass them on, and tell us if you recognise anybody.\n"
    ).encode()


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'
