"""How much a series goes up and down. The formulas, with their sources, are in `server.statistics`. Pure."""

from server.statistics import individual_sd, mean_of, neighbour_differences, rmssd
from server.trends.series import Series

__all__ = ["individual_sd", "mean_of", "rmssd", "successive_differences"]


def successive_differences(series: Series) -> list[float]:
    """Later minus earlier for each pair of neighbouring beeps of one day; the series in any order."""
    return neighbour_differences(zip(series.dates, series.slots, series.values, strict=True))
