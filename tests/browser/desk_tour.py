"""Every screen of the desk, in the order in which one meets them, and what has to be done to see it.

`tests.architecture.test_desk_pictures` asks for a scene for every page of the desk, and for a picture of every scene.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from challenges.library import load_starter
from challenges.table import write_csv

STUDY = "/desk/studies/<study_name>"
SETS = {f"{language}-{size[0]}": (language, size) for language in ("nl", "en") for size in ((1280, 800), (390, 844))}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """``rule`` as in the table of who may call what; ``who`` looks ("" is nobody) in the ``room`` of that name."""

    name: str
    rule: str
    query: str = ""
    who: str = "cleo"
    room: str = "running"
    does: Callable[[Page], None] | None = None
    status: int = 200


def _send(page: Page) -> None:
    page.click("main form.sheet button.main")


def _sign_in_wrongly(page: Page) -> None:
    page.fill("#mail", "cleo@kiem.example")
    page.fill("#password", "not this one at all")
    page.fill("#code", "123456")
    _send(page)
    page.wait_for_selector(".problems")


def _make_codes(page: Page) -> None:
    _send(page)
    page.wait_for_selector(".secrets")


def _break_rules(page: Page) -> None:
    page.fill("#days", "500")
    page.fill("#reminders", "90")
    _send(page)
    page.wait_for_selector(".problems")


def _change_institution(page: Page) -> None:
    page.fill("#institution", "Hogeschool aan Zee")
    _send(page)
    page.wait_for_selector("button[name=step]")


def _change_rules(page: Page) -> None:
    page.fill("#start", "10:00")
    page.fill("#challenge_at", "10:00")
    _send(page)
    page.wait_for_selector("ul.impact")


def _invite(page: Page) -> None:
    page.fill("#mail", "noor@kiem.example")
    _send(page)
    page.wait_for_selector(".link")


def _empty(page: Page) -> None:
    _send(page)
    page.wait_for_selector(".problems")


def _write_half(page: Page) -> None:
    page.fill("#title_nl", "Zwaai naar een buur")
    page.fill("#body_nl", "Zwaai vandaag naar iemand in je straat.")
    page.click("button[name=act][value=save]")
    page.wait_for_selector(".problems")


def _new_code(page: Page) -> None:
    page.click("form[action$='/new-code'] button")
    page.wait_for_selector(".big-code")


def _make_letter(page: Page) -> None:
    page.click("form[action*='/consent/letters/'] button")
    page.wait_for_selector("dl.facts strong")


def _look_first(page: Page) -> None:
    page.check("input[name=profile][value=open]")
    page.click("button[name=do][value=look]")
    page.wait_for_selector("#survives")


def _bring(*, bad: bool) -> Callable[[Page], None]:
    def bring(page: Page) -> None:
        few = list(load_starter().values())[:3]
        rows = write_csv(few).splitlines()
        if bad:
            rows[1] = rows[1].replace(few[0].strategy, "naps")
        else:
            rows[1] = rows[1].replace(few[0].title["nl"], f"{few[0].title['nl']} (nieuw)")
        file = {"name": "x.csv", "mimeType": "text/csv", "buffer": "\r\n".join(rows).encode()}
        page.set_input_files("#file", files=file)  # type: ignore[arg-type]
        page.click("form[enctype] button.main")
        page.wait_for_selector(".problems" if bad else "input[name=stamp]", state="attached")

    return bring


SCENES: tuple[Scene, ...] = (
    # Coming in
    Scene(name="01-sign-in", rule="/desk/sign-in", who=""),
    Scene(name="02-sign-in-refused", rule="/desk/sign-in", who="", does=_sign_in_wrongly),
    Scene(name="03-invitation", rule="/desk/invitation/<token>", who=""),
    Scene(name="04-invitation-with-account", rule="/desk/invitation/<accept>", who="mira"),
    Scene(name="05-studies", rule="/desk"),
    Scene(name="06-no-study-yet", rule="/desk", who="mira"),
    # Setting up
    Scene(name="10-new-study", rule="/desk/new-study"),
    Scene(name="11-settings", rule=f"{STUDY}/settings"),
    Scene(name="11-settings-impact", rule=f"{STUDY}/settings", does=_change_institution),
    Scene(name="12-rules", rule=f"{STUDY}/rules"),
    Scene(name="13-rules-mistakes", rule=f"{STUDY}/rules", does=_break_rules),
    Scene(name="14-rules-impact", rule=f"{STUDY}/rules", does=_change_rules),
    Scene(name="15-calendar", rule=f"{STUDY}/calendar", query="?quiet=08:30-15:00"),
    Scene(name="16-calendar-clock-change", rule=f"{STUDY}/calendar", query="?first=2026-03-23&quiet=22:00-11:00"),
    Scene(name="17-codes", rule=f"{STUDY}/codes"),
    Scene(
        name="18-poster",
        rule=f"{STUDY}/codes/<any(poster, letter):sheet>",
        query="?code={join_code}&lang={language}",
    ),
    Scene(name="19-letter", rule=f"{STUDY}/codes/letter", query="?code={join_code}&lang={language}"),
    # Keeping it alive
    Scene(name="20-board", rule=f"{STUDY}/board"),
    Scene(name="21-people", rule=f"{STUDY}/people"),
    Scene(name="22-participant", rule=f"{STUDY}/people/<code>"),
    Scene(name="23-new-code", rule=f"{STUDY}/people/<code>", does=_new_code),
    # Challenges
    Scene(name="30-challenges", rule="/desk/challenges"),
    Scene(name="31-challenge", rule="/desk/challenges/<slug>"),
    Scene(name="32-new-challenge", rule="/desk/challenges/new"),
    Scene(name="33-new-challenge-mistakes", rule="/desk/challenges/new", does=_write_half),
    Scene(name="34-import", rule="/desk/challenges/import"),
    Scene(name="35-import-mistakes", rule="/desk/challenges/import", does=_bring(bad=True)),
    Scene(name="36-import-changes", rule="/desk/challenges/import", does=_bring(bad=False)),
    Scene(name="37-schedule", rule=f"{STUDY}/challenges"),
    # Consent and safety
    Scene(name="40-consent", rule=f"{STUDY}/consent"),
    Scene(name="41-consent-new-text", rule=f"{STUDY}/consent/new"),
    Scene(name="42-consent-letter", rule=f"{STUDY}/consent", does=_make_letter),
    Scene(name="43-safety", rule=f"{STUDY}/safety"),
    Scene(name="44-monitoring", rule=f"{STUDY}/safety/monitoring"),
    Scene(name="45-safety-nobody", rule=f"{STUDY}/safety", room="finished"),
    # Staff
    Scene(name="50-staff-of-study", rule=f"{STUDY}/staff"),
    Scene(name="51-member", rule=f"{STUDY}/staff/<uuid:staff_id>"),
    Scene(name="52-remove-member", rule=f"{STUDY}/staff/<uuid:staff_id>/remove"),
    Scene(name="53-invite", rule=f"{STUDY}/staff/invite"),
    Scene(name="54-invited", rule=f"{STUDY}/staff/invite", does=_invite),
    Scene(name="55-log-of-study", rule=f"{STUDY}/log"),
    Scene(name="56-staff", rule="/desk/staff"),
    Scene(name="57-account-of-staff", rule="/desk/staff/<uuid:staff_id>"),
    Scene(name="58-invite-administrator", rule="/desk/staff/invite", does=_empty),
    Scene(name="59-log", rule="/desk/log"),
    # One's own account
    Scene(name="60-account", rule="/desk/account"),
    Scene(name="61-confirm", rule="/desk/confirm"),
    Scene(name="62-passkey", rule="/desk/account/passkeys/new"),
    Scene(name="63-renew", rule="/desk/account/renew"),
    Scene(name="64-recovery-codes", rule="/desk/account/recovery-codes"),
    Scene(name="65-recovery-codes-made", rule="/desk/account/recovery-codes", does=_make_codes),
    # Exports, in a study that is over
    Scene(name="70-exports", rule=f"{STUDY}/exports", who="rena", room="finished"),
    Scene(name="71-export-new", rule=f"{STUDY}/exports/new", who="rena", room="finished"),
    Scene(name="72-export-survives", rule=f"{STUDY}/exports/new", who="rena", room="finished", does=_look_first),
    Scene(name="73-export-done", rule=f"{STUDY}/exports/<done>", who="rena", room="finished"),
    Scene(name="74-export-waits", rule=f"{STUDY}/exports/<uuid:job_id>", who="rena", room="finished"),
    Scene(name="75-export-second-person", rule=f"{STUDY}/exports/<uuid:job_id>/decision", room="finished"),
    Scene(name="76-planning", rule=f"{STUDY}/planning", room="finished"),
    Scene(name="77-planning-release", rule=f"{STUDY}/planning/release", room="finished"),
    # Where one may not be
    Scene(name="80-nothing-here", rule="/desk/<path:_rest>", status=404),
    Scene(name="81-not-your-role", rule=f"{STUDY}/settings", who="rena", status=403),
)
