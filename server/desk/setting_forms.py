"""A study's settings as a form, and back; and what two of them differ in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from server.consent.announcing import Named
from server.desk.forms import Form
from server.studies.models import Study

START_RULES = ("next_day", "monday")
RESPONSIBLE = frozenset({"institution", "contact_name", "contact_mail", "contact_phone", "parents"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the page of settings holds. ``rest`` is what a contact has beside name, mail and phone, which stays."""

    title_nl: str
    title_en: str
    start_rule: str
    opens_on: date | None
    closes_on: date | None
    institution: str
    contact_name: str
    contact_mail: str
    contact_phone: str
    parents: int
    rest: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def title(self) -> dict[str, str]:
        return {"nl": self.title_nl, "en": self.title_en}

    @property
    def contact(self) -> dict[str, Any]:
        phone = {"phone": self.contact_phone} if self.contact_phone else {}
        return {**self.rest, "name": self.contact_name, "mail": self.contact_mail, **phone}

    @property
    def named(self) -> Named:
        """Whom a consent text would name."""
        return Named(title=self.title, institution=self.institution, contact=self.contact)


def settings_of(study: Study) -> Settings:
    """As they are."""
    contact = study.contact or {}
    return Settings(
        title_nl=study.title["nl"],
        title_en=study.title["en"],
        start_rule=study.start_rule,
        opens_on=study.opens_on,
        closes_on=study.closes_on,
        institution=study.institution or "",
        contact_name=contact.get("name") or "",
        contact_mail=contact.get("mail") or "",
        contact_phone=contact.get("phone") or "",
        parents=study.parents_required,
        rest={name: value for name, value in contact.items() if name not in ("name", "mail", "phone")},
    )


def form_of(settings: Settings) -> Form:
    """The form with these settings in it."""
    return Form.of(**{one.name: getattr(settings, one.name) for one in fields(settings) if one.name != "rest"})


def read_settings(form: Form, present: Settings) -> Settings:
    """The settings of a form that was sent; what is wrong is noted in it."""
    read = Settings(
        title_nl=form.text("title_nl", most=80),
        title_en=form.text("title_en", most=80),
        start_rule=form.choice("start_rule", START_RULES),
        opens_on=form.day("opens_on", required=False),
        closes_on=form.day("closes_on", required=False),
        institution=form.text("institution", most=120),
        contact_name=form.text("contact_name", most=80),
        contact_mail=form.mail("contact_mail"),
        contact_phone=form.text("contact_phone", required=False, most=40),
        parents=form.whole("parents", least=1, most=2) or 1,
        rest=present.rest,
    )
    if read.opens_on and read.closes_on and read.closes_on < read.opens_on:
        form.wrong("closes_on", "error.dates-turned")
    return read


def differences(before: Settings, after: Settings) -> list[tuple[str, Any, Any]]:
    """Field, value before, value after, for each that changed."""
    pairs = [(one.name, getattr(before, one.name), getattr(after, one.name)) for one in fields(after) if one.compare]
    return [(name, was, will) for name, was, will in pairs if was != will]
