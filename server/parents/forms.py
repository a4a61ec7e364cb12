"""What a parent's form says, read without a framework: two forms of a few fields each."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.consent.service import Choice

TICKED = "yes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A readable form, or the words (keys of `wording`) that say what is not right."""

    choice: Choice | None = None
    erase: bool = False
    errors: tuple[str, ...] = ()


def read_choice(form: Mapping[str, str]) -> Answer:
    """The form under the explanation. A no needs no authority shown; a yes does."""
    choice, errors = form.get("choice"), []
    if choice not in ("agree", "refuse"):
        errors.append("error_choice")
    if choice == "agree" and form.get("authority") != TICKED:
        errors.append("error_authority")
    version, sha256 = form.get("version", ""), form.get("sha256", "")
    if not (version.isascii() and version.isdigit() and len(version) < 7):
        errors.append("error_text")
    if errors:
        return Answer(errors=tuple(errors))
    agrees = choice == "agree"
    scopes = {"use": agrees, "research": agrees}
    scopes |= {extra: agrees and form.get(extra) == TICKED for extra in ("sharing", "recontact", "monitoring")}
    return Answer(choice=Choice(version=int(version), sha256=sha256, language=form.get("language", ""), scopes=scopes))


def read_withdrawal(form: Mapping[str, str]) -> Answer:
    """The form for taking consent back: keep or erase; erasing wants a second tick."""
    data = form.get("data")
    if data not in ("keep", "erase"):
        return Answer(errors=("error_data",))
    if data == "erase" and form.get("sure") != TICKED:
        return Answer(errors=("error_sure",))
    return Answer(erase=data == "erase")
