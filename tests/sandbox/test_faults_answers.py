"""Planned trouble with an answer: cut short, broken, replaced, or said in words nobody knows."""

import json
from typing import Any

import pytest
import requests

from tests.sandbox.caller import Caller
from tests.world import World


def test_a_truncated_answer_promises_more_than_comes(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "truncate")
    answer = shippo.call("POST", "/transactions", json={"rate": rate}, stream=True)
    promised = int(answer.headers["Content-Length"])
    got = answer.raw.read1()
    assert (answer.status_code, len(got)) == (201, promised // 2)
    with pytest.raises(json.JSONDecodeError):
        json.loads(got)
    assert [sold["rate"] for sold in world.ledger()] == [rate]


def test_a_client_that_counts_notices(world: World, shippo: Caller) -> None:
    world.fault("GET", "/parcels", "truncate", bytes=10)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="10 bytes read"):
        shippo.call("GET", "/parcels")


def test_a_malformed_answer_looks_like_json_and_is_none(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "malformed")
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(world.ledger()) == 1


@pytest.mark.parametrize(("more", "sold"), [({}, 1), ({"after": True}, 1), ({"after": False}, 0)])
def test_a_page_instead_of_json_with_or_without_the_sale(
    world: World, shippo: Caller, more: dict[str, Any], sold: int
) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "html_200", **more)
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert answer.text.startswith("<!doctype html>")
    assert len(world.ledger()) == sold


def test_a_status_nobody_knows(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "unknown_enum")
    assert shippo.post("/transactions", rate=rate)["status"] == "PARTYING"
    assert len(world.ledger()) == 1
    kept = shippo.get(f"/transactions/{world.ledger()[0]['object_id']}")
    assert kept["status"] in ("QUEUED", "SUCCESS")


def test_any_field_can_be_unknown_in_lists_too(world: World, shippo: Caller) -> None:
    number = shippo.label()["tracking_number"]
    world.next_scan(number)
    world.fault("GET", "/tracks/*", "unknown_enum", field="tracking_status.status", value="LOST?")
    track = shippo.get(f"/tracks/usps/{number}")
    assert track["tracking_status"]["status"] == "LOST?"
    assert track["tracking_history"][0]["status"] == "PRE_TRANSIT"
    world.fault("GET", "/transactions", "unknown_enum", field="object_state")
    assert [each["object_state"] for each in shippo.get("/transactions")["results"]] == ["PARTYING"]


def test_an_error_without_the_work(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "status")
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html")
    assert "Retry-After" not in answer.headers
    assert world.ledger() == []


@pytest.mark.parametrize(
    ("retry_after", "said"),
    [(None, None), (2, "2"), (0.5, "0.5"), ("soon", "soon")],
)
def test_too_many_requests_are_told_in_no_json(
    world: World, shippo: Caller, retry_after: float | str | None, said: str | None
) -> None:
    more = {} if retry_after is None else {"retry_after": retry_after}
    world.fault("POST", "/shipments", "status", code=429, **more)
    answer = shippo.call("POST", "/shipments", json={})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, said)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("planned", "body"),
    [
        ({"code": 503, "json": True}, b'{"detail": "Service Unavailable"}'),
        ({"code": 429, "json": True}, b'{"detail": "Too Many Requests"}'),
        ({"code": 422}, b'{"detail": "Error 422"}'),
        ({"code": 409, "body": {}}, b"{}"),
        ({"code": 403, "body": "Unauthorized", "json": True}, b'"Unauthorized"'),
        ({"code": 400, "body": {"message": "No.", "details": ""}}, None),
        ({"code": 200, "body": ""}, b""),
        ({"code": 204}, b""),
    ],
)
def test_an_error_in_every_shape(
    world: World, shippo: Caller, planned: dict[str, Any], body: bytes | None
) -> None:
    world.fault("GET", "/parcels", "status", **planned)
    answer = shippo.call("GET", "/parcels")
    assert answer.status_code == planned["code"]
    assert answer.content == (json.dumps(planned["body"]).encode() if body is None else body)


def test_an_empty_answer_after_the_sale(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "status", code=201, body="", after=True)
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, answer.content) == (201, b"")
    assert len(world.ledger()) == 1


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_same_with_a_slash_where_it_passes(
    world: World, shippo: Caller, code: int
) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "redirect", code=code)
    answer = shippo.call("POST", "/transactions?x=1", json={"rate": rate})
    assert (answer.status_code, answer.headers["Location"]) == (code, "/transactions/?x=1")
    assert world.ledger() == []
    shippo.call("POST", answer.headers["Location"], json={"rate": rate})
    assert [sold["rate"] for sold in world.ledger()] == [rate]


def test_a_redirect_to_anywhere(world: World, shippo: Caller) -> None:
    world.fault("GET", "/parcels", "redirect", location="http://127.0.0.1:1/elsewhere")
    answer = shippo.call("GET", "/parcels/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:1/elsewhere")


def test_texts_can_be_truncated_and_unknown_too(world: World) -> None:
    path = "/2010-04-01/Accounts/AC1/Messages.json"
    form = {"To": "+14155550123", "From": "+15005550006", "Body": "x"}
    who = ("AC1", "twilio-token-for-tests")
    world.fault("POST", path, "unknown_enum", nth=1)
    world.fault("POST", path, "malformed", nth=2)
    first = requests.post(world.url + path, form, auth=who, timeout=5)
    assert (first.status_code, first.json()["status"]) == (201, "PARTYING")
    second = requests.post(world.url + path, form, auth=who, timeout=5)
    with pytest.raises(json.JSONDecodeError):
        second.json()
    assert len(world.sms()) == 2
    assert [line["fault"] for line in world.requests("POST", path)] == ["unknown_enum", "malformed"]
