"""The post: who is told what, how often it is tried, and what it is signed with."""

import json
import socket
import threading
import time
from contextlib import suppress

import pytest

from sandbox.signatures import shippo_signature
from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.until import until
from tests.world import HMAC_SECRET, World


def events(listener: Listener) -> list[str]:
    return [json.loads(call.body)["event"] for call in listener.heard]


def test_the_signature_is_the_documented_one() -> None:
    body = b'{"event":"track_updated","test":true,"data":{"carrier":"ups"}}'
    digest = "2240743a8e47ad651e0b886a225dc0fe05275b40569cacaa511f8b2cd0bb5ef2"
    assert shippo_signature("whsec_shippo_example", 1788451200, body) == f"t=1788451200,v1={digest}"


def test_a_queued_purchase_is_told_twice(shippo: Caller, listener: Listener) -> None:
    shippo.listen(listener.url)
    label = shippo.label(**{"async": True, "metadata": "o=1;a=2"})
    created, updated = (json.loads(call.body) for call in listener.wait(2))
    assert (created["event"], created["test"], created["data"]["status"]) == (
        "transaction_created",
        True,
        "QUEUED",
    )
    assert (updated["event"], updated["data"]["status"]) == ("transaction_updated", "SUCCESS")
    assert updated["data"]["object_id"] == label["object_id"]
    assert updated["data"]["metadata"] == "o=1;a=2"
    assert (
        updated["data"]["tracking_number"] == shippo.settled(label["object_id"])["tracking_number"]
    )


def test_a_purchase_at_once_is_told_once(shippo: Caller, listener: Listener) -> None:
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(1)
    time.sleep(0.3)
    assert events(listener) == ["transaction_created"]


def test_a_delivery_carries_version_and_signature(shippo: Caller, listener: Listener) -> None:
    shippo.listen(listener.url)
    shippo.label()
    (call,) = listener.wait(1)
    assert call.path == "/hook?token=abc"
    assert call.headers["Content-Type"] == "application/json"
    assert call.headers["Shippo-API-Version"] == "2018-02-08"
    signature = call.headers["Shippo-Auth-Signature"]
    moment = int(signature.split(",")[0].removeprefix("t="))
    assert signature == shippo_signature(HMAC_SECRET, moment, call.body)
    assert abs(moment - time.time()) < 5


@pytest.mark.parametrize("status", [503, 429, 408])
def test_what_may_pass_is_tried_again_with_the_same_signature(
    shippo: Caller, world: World, status: int
) -> None:
    listener = Listener(status, 200)
    shippo.listen(listener.url)
    shippo.label()
    first, second = listener.wait(2)
    assert first.headers["Shippo-Auth-Signature"] == second.headers["Shippo-Auth-Signature"]
    assert first.body == second.body
    assert 0.9 < second.at - first.at < 2.5
    listener.close()
    assert [(line["attempt"], line["status"]) for line in world.webhooks()] == [
        (1, status),
        (2, 200),
    ]


def test_it_is_tried_three_times_and_then_lost(shippo: Caller, world: World) -> None:
    listener = Listener(500)
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(3)
    time.sleep(0.3)
    listener.close()
    assert [line["status"] for line in world.webhooks()] == [500, 500, 500]


def test_any_other_refusal_is_final(shippo: Caller, world: World) -> None:
    listener = Listener(401)
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(1)
    time.sleep(1.3)
    listener.close()
    assert len(listener.heard) == 1
    assert [line["status"] for line in world.webhooks()] == [401]


def test_three_seconds_and_no_more(shippo: Caller, world: World) -> None:
    listener = Listener(200, slow=3.4)
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(2)
    listener.close()
    assert world.webhooks()[0]["status"] == 0


@pytest.mark.parametrize("head", [b"Content-Length: 1000", b"Connection: close"])
def test_an_answer_that_drips_is_too_slow_as_well(
    shippo: Caller, world: World, head: bytes
) -> None:
    dripping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            wire, _ = server.accept()
            with wire, suppress(OSError):
                wire.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
                while not dripping.wait(0.2):
                    wire.sendall(b".")

        threading.Thread(target=drip, daemon=True).start()
        shippo.listen(f"http://127.0.0.1:{server.getsockname()[1]}/")
        shippo.label()
        begun = time.monotonic()
        world.advance(0)
        dripping.set()
    assert 2.5 < time.monotonic() - begun < 5
    assert world.webhooks()[0]["status"] == 0


def test_only_this_machine_is_called(shippo: Caller, world: World) -> None:
    shippo.listen("http://192.0.2.1/hook")
    shippo.label()
    world.advance(0)
    (line,) = world.webhooks()
    assert (line["status"], "not sent" in line["error"]) == (0, True)


def test_each_mode_hears_its_own(world: World, shippo: Caller, listener: Listener) -> None:
    live = Caller(world.url, "shippo_live_0123456789")
    registered = live.listen(listener.url)
    shippo.label()
    live.label()
    live.call("DELETE", f"/webhooks/{registered}")
    world.advance(0)
    assert [json.loads(call.body)["test"] for call in listener.heard] == [False]


def test_one_hears_only_what_one_asked_for_while_active(
    shippo: Caller, listener: Listener, world: World
) -> None:
    registered = shippo.listen(listener.url, "track_updated")
    number = shippo.label()["tracking_number"]
    world.next_scan(number)
    world.advance(0)
    assert events(listener) == ["track_updated"]
    silent = {"event": "track_updated", "url": listener.url, "active": False}
    assert shippo.call("PUT", f"/webhooks/{registered}", json=silent).status_code == 200
    world.next_scan(number)
    world.advance(0)
    assert events(listener) == ["track_updated"]


def test_is_test_decides_which_mode_is_heard_whoever_registered(
    world: World, shippo: Caller, listener: Listener
) -> None:
    live = Caller(world.url, "shippo_live_0123456789")
    crossed = {"event": "transaction_created", "url": listener.url, "is_test": False}
    made = shippo.post("/webhooks", **crossed)
    shippo.label()
    live.label()
    assert [json.loads(call.body)["test"] for call in listener.wait(1)] == [False]
    assert shippo.get(f"/webhooks/{made['object_id']}")["is_test"] is False
    assert live.call("GET", f"/webhooks/{made['object_id']}").status_code == 404
    world.advance(0)
    assert len(listener.heard) == 1


def test_a_put_replaces_the_whole_and_leaves_no_trace(shippo: Caller, world: World) -> None:
    before = {"event": "all", "url": "http://127.0.0.1:1/a", "active": False, "is_test": False}
    made = shippo.post("/webhooks", **before)
    world.advance(1)
    after = {"event": "track_updated", "url": "http://127.0.0.1:1/b"}
    changed = shippo.call("PUT", f"/webhooks/{made['object_id']}", json=after).json()
    assert changed == {**made, **after, "active": True, "is_test": True}
    half = shippo.call("PUT", f"/webhooks/{made['object_id']}", json={"event": "all"})
    assert (half.status_code, half.json()) == (400, {"url": ["This field is required."]})


def test_all_is_stored_as_a_star(shippo: Caller) -> None:
    made = shippo.post("/webhooks", event="all", url="http://127.0.0.1:1/")
    assert (made["event"], made["active"], made["is_test"]) == ("*", True, True)
    assert {"test", "metadata", "secret"}.isdisjoint(made)


def test_an_address_of_two_hundred_signs_is_too_long(shippo: Caller) -> None:
    url = "http://127.0.0.1/".ljust(200, "x")
    answer = shippo.call("POST", "/webhooks", json={"event": "all", "url": url})
    assert (answer.status_code, list(answer.json())) == (400, ["url"])
    assert (
        shippo.call("POST", "/webhooks", json={"event": "all", "url": url[:-1]}).status_code == 201
    )


def test_a_scan_is_told_with_the_whole_track(
    shippo: Caller, listener: Listener, world: World
) -> None:
    label = shippo.label()
    shippo.listen(listener.url)
    for _ in range(3):
        world.next_scan(label["tracking_number"])
    told = json.loads(listener.wait(3)[2].body)
    assert list(told) == ["event", "test", "metadata", "carrier", "data"]
    assert (told["carrier"], told["data"]["transaction"]) == ("usps", label["object_id"])
    history = told["data"]["tracking_history"]
    assert [event["substatus"]["code"] for event in history] == [
        "information_received",
        "package_accepted",
        "package_departed",
    ]
    assert told["data"]["tracking_status"] == history[-1]
    assert told["data"] == shippo.get(f"/tracks/usps/{label['tracking_number']}")


def test_every_further_registration_of_a_number_tells_once_more(
    shippo: Caller, listener: Listener, world: World
) -> None:
    number = shippo.label()["tracking_number"]
    shippo.listen(listener.url)
    shippo.post("/tracks", carrier="usps", tracking_number=number)
    world.next_scan(number)
    world.advance(0)
    assert len(listener.heard) == 2


def test_a_duplicate_is_the_same_to_the_byte(
    shippo: Caller, listener: Listener, world: World
) -> None:
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(1)
    assert world.redeliver(duplicate=2)["redelivered"] == 2
    assert len({call.body for call in listener.wait(3)}) == 1
    assert len({call.headers["Shippo-Auth-Signature"] for call in listener.heard}) == 1


def test_keys_can_be_reordered_and_are_signed_anew(
    shippo: Caller, listener: Listener, world: World
) -> None:
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(1)
    world.redeliver(event="transaction_created", reorder_keys=True)
    first, second = listener.wait(2)
    assert first.body != second.body
    assert json.loads(first.body) == json.loads(second.body)
    moment = int(second.headers["Shippo-Auth-Signature"].split(",")[0].removeprefix("t="))
    assert second.headers["Shippo-Auth-Signature"] == shippo_signature(
        HMAC_SECRET, moment, second.body
    )


def test_a_shuffle_is_another_order_of_the_same(
    shippo: Caller, listener: Listener, world: World
) -> None:
    number = shippo.label()["tracking_number"]
    shippo.listen(listener.url)
    for _ in range(6):
        world.next_scan(number)
    before = [call.body for call in listener.wait(6)]
    world.redeliver(event="track_updated", last=6, shuffle=True, seed=4)
    after = [call.body for call in listener.wait(12)[6:]]
    assert sorted(before) == sorted(after)
    assert before != after


def test_a_sample_is_a_finished_story_full_of_holes(
    shippo: Caller, listener: Listener, world: World
) -> None:
    assert world.sample(url=listener.url) == {
        "event": "track_updated",
        "sent": 1,
        "urls": [listener.url],
    }
    (call,) = listener.wait(1)
    told = json.loads(call.body)
    assert {name: told[name] for name in ("event", "test", "metadata", "carrier")} == {
        "event": "track_updated",
        "test": True,
        "metadata": "Shippo test webhook",
        "carrier": "shippo",
    }
    data = told["data"]
    assert (data["tracking_number"], data["carrier"]) == ("SHIPPO_DELIVERED", None)
    assert (data["transaction"], data["servicelevel"]["name"]) == (None, None)
    assert len(data["tracking_history"]) == 4
    for event in [data["tracking_status"], *data["tracking_history"]]:
        assert (event["substatus"], event["object_updated"]) == (None, None)
    moment = int(call.headers["Shippo-Auth-Signature"].split(",")[0].removeprefix("t="))
    assert call.headers["Shippo-Auth-Signature"] == shippo_signature(HMAC_SECRET, moment, call.body)


def test_a_sample_goes_to_all_that_asked_for_the_event(
    shippo: Caller, listener: Listener, world: World
) -> None:
    shippo.listen(listener.url, "transaction_created")
    shippo.listen(listener.url + "&all", "all")
    shippo.listen(listener.url + "&other", "track_updated")
    assert world.sample("transaction_created")["sent"] == 2
    label = json.loads(listener.wait(2)[0].body)["data"]
    assert list(label) == [name for name in shippo.label() if name != "label_file_type"]
    assert world.sample("batch_purchased")["sent"] == 1
    said = json.loads(listener.heard[-1].body)["data"]
    assert said.startswith("batch ")
    assert said.endswith(" processing complete")


@pytest.mark.parametrize(
    "slip", [{"event": "refund_created"}, {"url": "https://shop.example/hook"}, {"url": "here"}]
)
def test_a_slip_in_asking_for_a_sample_is_told(world: World, slip: dict[str, str]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.post("webhooks/sample", **slip)


def test_a_registration_is_active_or_not_and_nothing_else(shippo: Caller) -> None:
    told = {"event": "all", "url": "http://127.0.0.1:1/", "active": "no", "is_test": "perhaps"}
    answer = shippo.call("POST", "/webhooks", json=told)
    said = ["Must be a valid boolean."]
    assert (answer.status_code, answer.json()) == (400, {"active": said, "is_test": said})
    told |= {"active": False, "is_test": None}
    kept = shippo.post("/webhooks", **told)
    assert (kept["active"], kept["is_test"]) == (False, True)


def test_of_many_deliveries_the_last_can_be_asked_for(
    shippo: Caller, listener: Listener, world: World
) -> None:
    shippo.listen(listener.url)
    labels = [shippo.label() for _ in range(3)]
    world.advance(0)
    (line,) = world.get("webhooks", last=1)
    assert line["body"]["data"]["object_id"] == labels[-1]["object_id"]


def test_addresses_that_nobody_calls_any_more_cost_nothing(shippo: Caller, world: World) -> None:
    before = world.threads()
    for number in range(40):
        shippo.listen(f"http://127.0.0.1:1/{number}")
    shippo.label()
    until(lambda: world.threads() < before + 10)
