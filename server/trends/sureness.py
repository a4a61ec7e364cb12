"""How sure something is, in one of a few words. Pure.

For what compares or tells a direction, by p, the chance of seeing this much when there is nothing:
    "clear"    p < 0.001 from at least 60 answers (days, nights)
    "likely"   p < 0.01 from at least 30: five things are looked at side by side, and 0.05 / 5 = 0.01 (Bonferroni)
    "maybe"    p < 0.05: worth telling, and said to be possibly chance
    "unclear"  everything else: no direction is told
For a plain average, by the number of answers behind it: "rough" below 14, "fair" below 35, then "good". With a spread
of 20 points and moments that resemble each other, those averages are uncertain by about 5.5 and 3.7 points.

Every word has its sentence in `sentences`; none of them says "certain".
"""

MAYBE, LIKELY, CLEAR = 0.05, 0.01, 0.001
LIKELY_ANSWERS, CLEAR_ANSWERS = 30, 60
FAIR_ANSWERS, GOOD_ANSWERS = 14, 35


def how_sure(*, p: float, n: int) -> str:
    """The word for a comparison or a direction."""
    if p < CLEAR and n >= CLEAR_ANSWERS:
        return "clear"
    if p < LIKELY and n >= LIKELY_ANSWERS:
        return "likely"
    return "maybe" if p < MAYBE else "unclear"


def how_well_known(*, n: int) -> str:
    """The word for an average."""
    return "good" if n >= GOOD_ANSWERS else "fair" if n >= FAIR_ANSWERS else "rough"
