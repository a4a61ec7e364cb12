"""`careless.flag` for whole columns: a million entries leave no time for a function call each."""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from server.export.careless import FLAT_SD, LEAST_ITEMS, SAME_SHARE, SECONDS_AN_ITEM


def add_flags(frame: pl.DataFrame, sliders: Sequence[str]) -> pl.DataFrame:
    """The frame with flag_fast, flag_flat and flag_longstring (0, 1, or empty where it cannot be told).

    It has ``lasted`` (seconds, empty if unknown) and ``n_answered``; ``sliders`` are columns of answers from 0 to 100
    as given, empty without one.
    """
    fast = pl.when(pl.col("lasted").is_not_null() & (pl.col("n_answered") > 0)).then(
        (pl.col("lasted") <= SECONDS_AN_ITEM * pl.col("n_answered")).cast(pl.Int32)
    )
    if len(sliders) < LEAST_ITEMS:
        none = pl.lit(None, pl.Int32)
        return frame.with_columns(flag_fast=fast, flag_flat=none, flag_longstring=none)
    count = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) for name in sliders)
    total = pl.sum_horizontal(sliders)
    squares = pl.sum_horizontal(pl.col(name) * pl.col(name) for name in sliders)
    flat = count * squares - total * total <= FLAT_SD**2 * count * (count - 1)
    enough = count >= LEAST_ITEMS
    frame = frame.with_columns(
        flag_fast=fast,
        flag_flat=pl.when(enough).then(flat.cast(pl.Int32)),
        flag_longstring=pl.when(enough).then(pl.lit(0, pl.Int32)),
    )
    return frame.with_columns(_longstring(frame, sliders, count, enough))


def _longstring(frame: pl.DataFrame, sliders: Sequence[str], count: pl.Expr, enough: pl.Expr) -> pl.Series:
    """Every answer is compared with every other only where that can find something.

    Each answer that is not the one given most often parts at most two pairs of neighbouring sliders, so where more
    pairs differ than that allows, no answer was given often enough.
    """
    parted = pl.sum_horizontal((pl.col(one) != pl.col(other)).cast(pl.Int32) for one, other in pairwise(sliders))
    maybe = frame.select(enough & (parted <= 2 * (1 - SAME_SHARE) * count + 1e-9)).to_series()
    most = pl.max_horizontal(
        pl.sum_horizontal((pl.col(one) == pl.col(other)).cast(pl.Int32) for other in sliders) for one in sliders
    )
    same = frame.filter(maybe).select((most >= SAME_SHARE * count).cast(pl.Int32)).to_series()
    return frame["flag_longstring"].scatter(maybe.arg_true(), same)
