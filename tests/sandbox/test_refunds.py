"""Refunds: who is told what when a label is given back."""

import json

from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.world import World


def statuses(listener: Listener, count: int) -> list[tuple[str, str]]:
    told = [json.loads(call.body) for call in listener.wait(count)]
    return [(each["event"], each["data"]["status"]) for each in told]


def test_a_refund_is_told_by_the_label_and_not_by_itself(
    shippo: Caller, listener: Listener
) -> None:
    label = shippo.label()
    shippo.listen(listener.url)
    shippo.post("/refunds", transaction=label["object_id"])
    assert statuses(listener, 2) == [
        ("transaction_updated", "REFUNDPENDING"),
        ("transaction_updated", "REFUNDED"),
    ]


def test_a_label_used_while_its_refund_is_pending_is_rejected(
    shippo: Caller, listener: Listener, world: World
) -> None:
    label = shippo.label()
    shippo.listen(listener.url, "transaction_updated")
    refund = shippo.post("/refunds", transaction=label["object_id"])
    world.scan(label["tracking_number"], "TRANSIT", "package_accepted")
    assert statuses(listener, 2)[1] == ("transaction_updated", "REFUNDREJECTED")
    assert shippo.get(f"/refunds/{refund['object_id']}")["status"] == "ERROR"


def test_what_is_already_known_to_be_used_is_rejected_at_once(
    shippo: Caller, listener: Listener, world: World
) -> None:
    label = shippo.label()
    world.scan(label["tracking_number"], "DELIVERED")
    shippo.listen(listener.url, "transaction_updated")
    assert shippo.post("/refunds", transaction=label["object_id"])["status"] == "ERROR"
    assert statuses(listener, 1) == [("transaction_updated", "REFUNDREJECTED")]


def test_a_label_made_ready_and_never_handed_over_is_refunded(shippo: Caller, world: World) -> None:
    label = shippo.label()
    world.scan(label["tracking_number"], "PRE_TRANSIT")
    assert shippo.post("/refunds", transaction=label["object_id"])["status"] == "PENDING"


def test_nothing_sold_is_nothing_to_refund(shippo: Caller, world: World) -> None:
    live = Caller(world.url, "shippo_live_0123456789").label()["object_id"]
    failed = shippo.label(rate=shippo.rate(address_from={"country": "US", "zip": "94111"}))
    assert failed["status"] == "ERROR"
    for wanted in (live, failed["object_id"], "0" * 32):
        answer = shippo.call("POST", "/refunds", json={"transaction": wanted})
        assert (answer.status_code, list(answer.json())) == (400, ["transaction"])
    answer = shippo.call("POST", "/refunds", json={})
    assert answer.json() == {"transaction": ["This field is required."]}
