"""No study asks about suicide unless somebody is there for the answers: what its set-up refuses."""

from prompts.delicate import asks_about_suicide
from prompts.protocols import Protocol
from server.content import instruments
from server.errors import DomainError
from server.studies.models import Study


class MonitoringNeeded(DomainError):
    """This study asks about suicide or self-harm; it opens only with staffed monitoring and a response protocol."""

    status = 409
    code = "monitoring-needed"


def delicate_items(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    """Instrument -> its items that ask about suicide or self-harm; instruments without any are left out."""
    used = {
        name: asks_about_suicide(instruments()[name])
        for name in sorted(set(protocol.instruments_by_slot) & set(instruments()))
    }
    return {name: items for name, items in used.items() if items}


def require_monitoring(study: Study, protocol: Protocol) -> None:
    """Raise `MonitoringNeeded` for a study that asks about suicide while nobody looks after the answers."""
    if study.monitoring is None and (found := delicate_items(protocol)):
        raise MonitoringNeeded(
            errors=[
                {"where": name, "code": "asks-about-suicide", "message": ", ".join(items)}
                for name, items in found.items()
            ]
        )
