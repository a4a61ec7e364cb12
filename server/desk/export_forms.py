"""From the form of an export to its parameters, and from parameters to words."""

from collections.abc import Mapping

from server.desk.forms import Form
from server.desk.frame import language, t
from server.export.checks import LICENCE, MADE_HERE
from server.export.generalise import Demographic, ordinary
from server.export.profiles import FOUR_BANDS, PROFILES, TWO_BANDS
from server.export.request import Request

RANKS = ("rank_1", "rank_2", "rank_3", "rank_4")
NAMES = tuple(ordinary((FOUR_BANDS, TWO_BANDS)))
MOST_K = 1000


def read_plan(form: Form) -> Request:
    """The parameters that were typed; what is wrong is noted in the form."""
    ranking: list[str] = []
    for rank in RANKS:
        name = form.choice(rank, NAMES, required=False)
        if name and name in ranking:
            form.wrong(rank, "export.twice")
        elif name:
            ranking.append(name)
    profile = form.choice("profile", MADE_HERE)
    tables = profile == "aggregate"
    k = form.whole("k", least=1, most=MOST_K, required=False)
    if profile and k is not None:
        least = PROFILES[profile].k
        if least is None:
            form.wrong("k", "export.k_none")
        elif k < least:
            form.wrong("k", "export.k_low", least=least)
    if profile and form.flag("dummy_calendar") and not PROFILES[profile].may_dummy:
        form.wrong("dummy_calendar", "export.no_dummy")
    return Request(
        profile=profile or "research",
        ranking=tuple(ranking),
        k=k,
        days=form.whole("days", least=1, most=400, required=False),
        dummy_calendar=form.flag("dummy_calendar"),
        derived=form.flag("derived") and not tables,
        sav=True if form.flag("sav") and not tables else None,
        language=form.choice("language", ("nl", "en"), required=False) or "nl",
        licence=form.shaped("licence", LICENCE, t("export.licence_shape"), required=False, most=40),
        agreement=form.text("agreement", required=profile == "linked", most=120),
    )


def plan_of(plan: Request, demographics: Mapping[str, Demographic]) -> list[tuple[str, str]]:
    """What was asked for, as lines of words: only what is not as usual."""
    said = language()
    ranked = ", ".join(demographics[name].title[said] for name in plan.ranking if name in demographics)
    lines = [(t("export.ranking"), ranked or t("export.no_demographics"))]
    if plan.k is not None:
        lines.append(("k", str(plan.k)))
    if plan.days is not None:
        lines.append((t("export.days"), str(plan.days)))
    for flag, key in (
        (plan.dummy_calendar, "export.dummy"),
        (plan.derived, "export.derived"),
        (plan.sav, "export.sav"),
    ):
        if flag:
            lines.append((t(key), t("export.yes")))
    if plan.licence:
        lines.append((t("export.licence"), plan.licence))
    if plan.agreement:
        lines.append((t("export.agreement"), plan.agreement))
    return lines
