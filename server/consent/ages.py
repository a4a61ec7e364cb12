"""Who may decide alone, who is too young, and for how long a parent is asked. Pure; knows no day of birth.

The ages are those of Dutch medical research law (WMO, https://english.ccmo.nl: 12 to 15 the young person and her
parents, from 16 on she alone) and of the age for online services in the Netherlands (GDPR article 8, UAVG article 5).
"""

from datetime import date, timedelta

MINIMUM_AGE = 12
CONSENT_FROM = 16
EASTERNMOST = "Pacific/Kiritimati"  # where dates begin
LINK_LASTS = timedelta(days=14)  # a parent's link in a mail


def is_too_young(birth_year: int, birth_month: int | None, on: date) -> bool:
    """Whether she cannot be twelve yet. Within the month of her birthday, or the year if only that is told, she may."""
    return on < date(birth_year + MINIMUM_AGE, birth_month or 1, 1)


def depends_on_month(birth_year: int, on: date) -> bool:
    """Whether the year alone does not say if she may be twelve yet."""
    return is_too_young(birth_year, 12, on) != is_too_young(birth_year, 1, on)


def parents_until(birth_year: int, birth_month: int | None, on: date, *, kept_until: date) -> date | None:
    """The first date on which she is surely sixteen, or None when she is.

    No more of the birth month is kept than routing needs: where the date lies beyond ``kept_until`` (the end of the
    account) it is the one that follows from the year alone.
    """
    from_year = date(birth_year + CONSENT_FROM + 1, 1, 1)
    if birth_month is None:
        surely = from_year
    else:
        surely = date(birth_year + CONSENT_FROM + birth_month // 12, birth_month % 12 + 1, 1)
    if surely <= on:
        return None
    return surely if surely <= kept_until else from_year
