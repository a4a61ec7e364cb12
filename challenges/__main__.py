"""For authors: ``python -m challenges check | show KEY [nl|en] | release``. Leaves 1 when something is wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from challenges.library import STARTER, LibraryErrors, read_library, show
from challenges.release import record_released
from challenges.strategies import LANGUAGES


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["check"]:
            return _check()
        case ["show", key, *languages] if set(languages) <= set(LANGUAGES):
            return _show(key, languages or LANGUAGES)
        case ["release"]:
            return _release()
    sys.stderr.write(f"{__doc__}\n")
    return 2


def _check() -> int:
    library = read_library()
    for error in library.errors:
        sys.stderr.write(f"{error}\n")
    for placed in library.placed:
        for nudge in placed.nudges:
            sys.stdout.write(f"{placed}: {nudge} (a doubt, not a mistake)\n")
    sys.stdout.write(f"{len(library.placed)} challenges, {len(library.errors)} mistakes\n")
    return 1 if library.errors else 0


def _show(key: str, languages: Sequence[str]) -> int:
    try:
        sys.stdout.write("\n".join(show(key, language) for language in languages) + "\n")
    except (LookupError, LibraryErrors) as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return 1
    return 0


def _release() -> int:
    """Records what is live for the first time; a changed text is a mistake for ``check`` to name, not to overwrite."""
    challenges = [placed.challenge for placed in read_library().placed]
    new = record_released(STARTER, challenges)
    sys.stdout.write(f"recorded {len(new)}: {' '.join(new)}\n")
    return _check()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
