"""What each role may do. Pure.

A *coordinator* runs the study and never sees an answer. A *researcher* exports and never touches the running study. An
*owner* decides who is who, and may do both. The *administrator* of an installation makes accounts and studies and puts
owners in place; she is nobody in a study until she has a role in it.
"""

from collections.abc import Collection

GIVES = {
    "member": frozenset({"coordinator", "researcher", "owner"}),
    "coordinator": frozenset({"coordinator", "owner"}),
    "researcher": frozenset({"researcher", "owner"}),
    "owner": frozenset({"owner"}),
    "staffing": frozenset({"owner"}),  # who is who in a study; an administrator may, so that none is left ownerless
    "desk": frozenset({"coordinator", "owner"}),  # the challenge library, a new study; administrators may
}
ADMINISTRATORS_MAY = frozenset({"administrator", "staffing", "desk"})
WANTED = ("anyone", "administrator", *GIVES)


def allows(wanted: str, *, administrator: bool, held: Collection[str]) -> bool:
    """May somebody with the roles ``held`` do what asks for ``wanted``? KeyError for a word outside `WANTED`."""
    if wanted == "anyone" or (administrator and wanted in ADMINISTRATORS_MAY):
        return True
    if wanted == "administrator":
        return False
    return not GIVES[wanted].isdisjoint(held)
