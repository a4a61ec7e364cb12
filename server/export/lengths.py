"""How long people took part: rows show it, so where a length is rare k is not reached; and what then helps. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from server.export.people import Member
from server.export.profiles import Profile
from server.export.request import NotAnonymousEnough


def lengths_of(members: Iterable[Member]) -> dict[int, int]:
    """People by their number of study days, the shortest first."""
    return dict(sorted(Counter((one.ends_on - one.starts_on).days + 1 for one in members).items()))


def first_days(lengths: Mapping[int, int], profile: Profile) -> int | None:
    """The number of first days to ask for, so that how long people took part tells nobody apart.

    The most frequent length (of two the longer) if enough people have so many days, else the longest that enough have.
    None: no length is rare, or with no number of days enough people are left.
    """
    k = profile.k
    if k is None or all(count >= k for count in lengths.values()):
        return None
    least = max(k, profile.minimum_people)
    enough = [days for days in lengths if _with_at_least(lengths, days) >= least]
    return max(enough, key=lambda days: (lengths[days], days), default=None)


def require_k(profile: Profile, members: Iterable[Member]) -> None:
    """Raises `NotAnonymousEnough`, which names the way out, if the rows alone show groups smaller than k."""
    lengths, k = lengths_of(members), profile.k
    rare = min(lengths.values(), default=0)
    if k is None or rare >= k:
        return
    said = f"k = {rare} is reached; the profile {profile.name} asks for {k}. "
    if len(lengths) < 2:
        raise NotAnonymousEnough(f"{said}There are fewer people than that.")
    told = ", ".join(f"{days} days: {count} people" for days, count in lengths.items())
    days = first_days(lengths, profile)
    if days is None:
        raise NotAnonymousEnough(f"{said}People took part for different lengths ({told}); too few have one length.")
    raise NotAnonymousEnough(
        f"{said}People took part for different lengths, and the rows show it ({told}). Ask for the first {days} days "
        f"of all who had them (--days {days}): {_with_at_least(lengths, days)} people are in it then. Another ranking "
        "does not help."
    )


def _with_at_least(lengths: Mapping[int, int], days: int) -> int:
    return sum(count for length, count in lengths.items() if length >= days)
