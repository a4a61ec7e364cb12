from typing import Any

from flask_smorest import Blueprint

from server.context import current, now
from server.delivery import device_tests
from server.delivery.addresses import EndpointRefused
from server.delivery.device_tests import DeviceState
from server.delivery.keys import KeysRefused, check_keys
from server.delivery.schemas import DeviceIn, DeviceOut, DeviceStateOut, EndpointIn, PushKeyOut, ReceiptsIn, ReceiptsOut
from server.delivery.service import ReceiptLine, Subscription, forget_device, record_receipts, save_device
from server.errors import DomainError, NotFound
from server.people.auth import participant_required
from server.people.models import Participant

delivery = Blueprint("delivery", __name__, description="Push subscriptions and what became of notifications")


class SubscriptionRefused(DomainError):
    """This push subscription cannot be used."""

    status = 422
    code = "subscription-refused"


@delivery.get("/push-key")
@delivery.response(200, PushKeyOut())
def get_push_key() -> dict[str, str]:
    """The key that browsers subscribe with"""
    return {"key": current().push_key}


@delivery.put("/devices")
@participant_required
@delivery.arguments(DeviceIn())
@delivery.response(200, DeviceOut())
@delivery.alt_response(201, schema=DeviceOut())
def put_device(body: dict[str, Any], *, participant: Participant) -> tuple[dict[str, bool], int]:
    """Keep this phone's push subscription; safe to repeat at every start of the app"""
    subscription = _checked(body)
    context = current()
    with context.database.transaction() as session:
        fresh = save_device(session, participant, subscription, vapid_key_id=context.push_key_id, now=now())
    return {"reachable": True}, 201 if fresh else 200


@delivery.delete("/devices")
@participant_required
@delivery.arguments(EndpointIn())
@delivery.response(204)
def delete_device(body: dict[str, Any], *, participant: Participant) -> None:
    """Stop pushing to this phone"""
    with current().database.transaction() as session:
        if not forget_device(session, participant, body["endpoint"], now=now()):
            raise NotFound


@delivery.post("/devices/state")
@participant_required
@delivery.arguments(EndpointIn())
@delivery.response(200, DeviceStateOut())
def post_device_state(body: dict[str, str], *, participant: Participant) -> DeviceState:
    """Whether this phone's subscription is alive, and what became of its last test push

    Changes nothing. A POST, because an address of a phone in a URL would end up in logs of proxies.
    """
    with current().database.reading() as session:
        return device_tests.read_state(session, participant, body["endpoint"])


@delivery.post("/devices/test")
@participant_required
@delivery.arguments(EndpointIn())
@delivery.response(202, DeviceStateOut())
def post_device_test(body: dict[str, str], *, participant: Participant) -> DeviceState:
    """Ask for a test push to this phone; it comes within seconds"""
    with current().database.transaction() as session:
        return device_tests.ask(session, participant, body["endpoint"], now=now())


@delivery.post("/devices/test/seen")
@participant_required
@delivery.arguments(EndpointIn())
@delivery.response(200, DeviceStateOut())
def post_device_test_seen(body: dict[str, str], *, participant: Participant) -> DeviceState:
    """Say that the test push was shown on this phone"""
    with current().database.transaction() as session:
        return device_tests.see(session, participant, body["endpoint"], now=now())


@delivery.post("/receipts")
@participant_required
@delivery.arguments(ReceiptsIn())
@delivery.response(200, ReceiptsOut())
def post_receipts(body: dict[str, Any], *, participant: Participant) -> dict[str, int]:
    """What became of notifications on this phone; repeats are harmless"""
    lines = [ReceiptLine(**line) for line in body["receipts"]]
    with current().database.transaction() as session:
        kept, ignored = record_receipts(session, participant, lines, now=now())
    return {"kept": kept, "ignored": ignored}


def _checked(body: dict[str, Any]) -> Subscription:
    """The subscription, or every reason why it cannot be used."""
    faults = []
    keys = body["keys"]
    try:
        check_keys(keys["p256dh"], keys["auth"])
    except KeysRefused as error:
        faults.append({"where": "keys", "code": error.code, "message": str(error)})
    try:
        current().check_endpoint(body["endpoint"])
    except EndpointRefused as error:
        faults.append({"where": "endpoint", "code": error.code, "message": str(error)})
    if faults:
        raise SubscriptionRefused(errors=faults)
    return Subscription(endpoint=body["endpoint"], platform=body["platform"], standalone=body["standalone"], **keys)
