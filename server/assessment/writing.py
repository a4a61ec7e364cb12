"""Facts into Markdown, in Dutch or English. Pure: no database, no clock."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Template
from typing import Literal

from server.assessment.facts import Asked, Facts

Document = Literal["dpia", "register"]
LANGUAGES = ("nl", "en")
TEMPLATES = Path(__file__).parent / "templates"
_SAID: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "unknown": "**[IN TE VULLEN]**",
        "item": "* {title} (`{key}`): {items} vragen{texts}; meet {measures}",
        "texts": ", waarvan {count} in eigen woorden",
        "parents1": "één ouder",
        "parents2": "twee ouders",
        "consent": "versie {version}, SHA-256 {sums}",
        "no_consent": "**[NOG GEEN TEKST GEPUBLICEERD: niemand kan instemmen]**",
        "roles": "* {role}: {count}",
        "nobody": "* Nog niemand heeft een rol in deze studie.",
        "none": "geen",
        "monitored": "medewerkers kijken volgens een vastgelegd protocol mee, met toestemming",
        "unmonitored": "niemand kijkt mee; hulpkaarten met nummers staan in de app; de toestemmingstekst zegt het",
        "host": "* Hosting op {url}: **[IN TE VULLEN: partij, plaats, verwerkersovereenkomst van]**",
        "no_tls": " **[LET OP: zonder TLS]**",
        "mail": "* Mail aan ouders via {host}: **[IN TE VULLEN: partij, verwerkersovereenkomst van]**",
        "no_mail": "* Er wordt geen mail verstuurd.",
        "push": "* Pushdiensten van de browsers ({hosts}): versleutelde berichten, zonder verwerkersovereenkomst",
        "contact_days": "* Adressen van ouders: {days} dagen na iemands laatste dag",
        "until": "* Antwoorden: tot en met {on}, dan wordt iedereen gewist",
        "no_until": "* Antwoorden: **[IN TE VULLEN: `./run retention --study {name} --answers-until DATUM`]**",
        "logs": "* Verzendlogs: {days} dagen. Sleutels van exports: tot het einde van hun venster van dertig dagen. "
        "Het logboek van wat medewerkers deden en de bewijzen van wissen: zo lang de installatie bestaat; er staat "
        "geen antwoord en geen naam van een deelnemer in",
        "security": "TLS{tls}, rollen in de database, AES-256-GCM voor adressen, tweede factor voor medewerkers, "
        "logboek dat wijzigingen toont; zie docs/security.md",
        "from_to": "{begin} tot {end}",
    },
    "en": {
        "unknown": "**[TO FILL IN]**",
        "item": "* {title} (`{key}`): {items} questions{texts}; measures {measures}",
        "texts": ", {count} of them in one's own words",
        "parents1": "one parent",
        "parents2": "two parents",
        "consent": "version {version}, SHA-256 {sums}",
        "no_consent": "**[NO TEXT PUBLISHED YET: nobody can agree]**",
        "roles": "* {role}: {count}",
        "nobody": "* Nobody has a role in this study yet.",
        "none": "none",
        "monitored": "staff look after signs by a written protocol, with consent",
        "unmonitored": "nobody watches; help cards with numbers are in the app, and the consent text says so",
        "host": "* Hosting at {url}: **[TO FILL IN: company, place, processor agreement of]**",
        "no_tls": " **[MIND: without TLS]**",
        "mail": "* Mail to parents by {host}: **[TO FILL IN: company, processor agreement of]**",
        "no_mail": "* No mail is sent.",
        "push": "* Push services of the browsers ({hosts}): encrypted messages, without a processor agreement",
        "contact_days": "* Parents' addresses: {days} days after somebody's last day",
        "until": "* Answers: until {on}, then everybody is erased",
        "no_until": "* Answers: **[TO FILL IN: `./run retention --study {name} --answers-until DATE`]**",
        "logs": "* Push logs: {days} days. Keys of exports: until their window of thirty days ends. The log of what "
        "staff did, and the proofs of erasure: as long as the installation lives; no answer and no name of a "
        "participant is in them",
        "security": "TLS{tls}, database roles, AES-256-GCM for addresses, a second factor for staff, a log that shows "
        "changes; see docs/security.md",
        "from_to": "{begin} to {end}",
    },
}

_ROLES: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "nl": {"coordinator": "coördinator", "researcher": "onderzoeker", "owner": "eigenaar"},
}
_NEVER: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "nl": {
        "device": "toestel",
        "operating system": "besturingssysteem",
        "app version": "versie van de app",
        "form version": "versie van de vragenlijst",
        "time zone and offset": "tijdzone",
        "network address": "netwerkadres",
        "push ids": "adres voor meldingen",
        "coordinator, school or group": "coördinator, school of groep",
    },
}


def write(document: Document, facts: Facts, language: str, made: date) -> str:
    """The document as Markdown. What the configuration does not say is marked for people to fill in."""
    said = _SAID[language]
    template = Template((TEMPLATES / f"{document}.{language}.md").read_text(encoding="utf-8"))
    processors, retention = _processors(facts, said), _retention(facts, said)
    return template.substitute(
        title=_cell(facts.title.get(language) or next(iter(facts.title.values()))),
        name=facts.name,
        made=made.isoformat(),
        institution=_cell(facts.institution) if facts.institution else said["unknown"],
        contact=_contact(facts, said),
        period=said["from_to"].format(begin=facts.opens_on or said["unknown"], end=facts.closes_on or said["unknown"]),
        days=facts.days,
        protocol=facts.protocol,
        protocol_title=_cell(facts.protocol_title.get(language, facts.protocol)),
        participants=facts.participants,
        instruments="\n".join(_instrument(one, said, language) for one in facts.asked),
        keys=", ".join(f"`{one.key}`" for one in facts.asked),
        parents=said[f"parents{facts.parents_required}"],
        consent=_consent(facts, said),
        roles="\n".join(_roles(facts, said, language)) or said["nobody"],
        exports=", ".join(f"{profile} {count}" for profile, count in facts.exports.items()) or said["none"],
        never=", ".join(_NEVER[language].get(one, one) for one in facts.never_exported),
        processors="\n".join(processors),
        processor_line=_one_line(processors),
        retention="\n".join(retention),
        retention_line=_one_line(retention),
        monitoring=said["monitored" if facts.monitored else "unmonitored"],
        security_line=said["security"].format(tls="" if facts.tls else said["no_tls"]),
    )


def _instrument(one: Asked, said: Mapping[str, str], language: str) -> str:
    texts = said["texts"].format(count=one.texts) if one.texts else ""
    title = _cell(one.title.get(language, one.key))
    measures = ", ".join(sorted(_cell(words[language]) for words in one.measures)) or said["none"]
    return said["item"].format(title=title, key=one.key, items=one.items, texts=texts, measures=measures)


def _roles(facts: Facts, said: Mapping[str, str], language: str) -> list[str]:
    names = _ROLES[language]
    return [said["roles"].format(role=names.get(role, role), count=count) for role, count in facts.roles.items()]


def _contact(facts: Facts, said: Mapping[str, str]) -> str:
    told = facts.contact or {}
    known = [_cell(str(told[name])) for name in ("name", "mail", "phone") if told.get(name)]
    return ", ".join(known) or said["unknown"]


def _consent(facts: Facts, said: Mapping[str, str]) -> str:
    if facts.consent_version is None:
        return said["no_consent"]
    sums = ", ".join(f"{language}: `{value}`" for language, value in sorted(facts.consent_sha256.items()))
    return said["consent"].format(version=facts.consent_version, sums=sums)


def _processors(facts: Facts, said: Mapping[str, str]) -> list[str]:
    return [
        said["host"].format(url=facts.public_url) + ("" if facts.tls else said["no_tls"]),
        said["mail"].format(host=facts.mail_host) if facts.mail_host else said["no_mail"],
        said["push"].format(hosts=", ".join(f"`{host}`" for host in facts.push_hosts)),
    ]


def _retention(facts: Facts, said: Mapping[str, str]) -> list[str]:
    until = said["until"].format(on=facts.answers_until) if facts.answers_until else said["no_until"]
    return [
        said["contact_days"].format(days=facts.contact_days),
        until.format(name=facts.name),
        said["logs"].format(days=facts.log_days),
    ]


def _one_line(lines: list[str]) -> str:
    return "; ".join(line.removeprefix("* ") for line in lines)


def _cell(text: str) -> str:
    """On one line and without bars, so that no title breaks a table."""
    return " ".join(text.replace("|", "/").split())
