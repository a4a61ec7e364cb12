"""Chooses the gateway by setting: ``webpush``, ``console`` or ``recording``."""

from collections.abc import Iterable

from server.delivery.addresses import EndpointPolicy
from server.delivery.gateway import ConsoleGateway, PushGateway, RecordingGateway
from server.delivery.vapid import Keyring


def open_gateway(
    name: str, *, keyring: Keyring, extra_hosts: Iterable[str] = (), budget_s: float | None = None
) -> PushGateway:
    """The gateway called ``name``; ValueError for another name.

    ``budget_s`` is how long one call may go on starting sends; keep it at least ten seconds under the lease.
    """
    match name:
        case "console":
            return ConsoleGateway()
        case "recording":
            return RecordingGateway()
        case "webpush":
            # Imported here because pywebpush brings an HTTP client along that the other two have no use for.
            from server.delivery.webpush import SendLimits, WebPushGateway

            limits = SendLimits() if budget_s is None else SendLimits(budget_s=budget_s)
            return WebPushGateway(keyring=keyring, policy=EndpointPolicy(extra_hosts=extra_hosts), limits=limits)
    raise ValueError(f"There is no push gateway called {name!r}.")
