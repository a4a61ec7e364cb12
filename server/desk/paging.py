"""Long lists in pages. Pure."""

from dataclasses import dataclass

SIZE = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """Page ``number`` (from 1) of a list of ``total`` entries; a number that is out of range is brought into it."""

    total: int
    number: int = 1
    size: int = SIZE

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def here(self) -> int:
        return min(max(self.number, 1), self.count)

    @property
    def skip(self) -> int:
        return (self.here - 1) * self.size
