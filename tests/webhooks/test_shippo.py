"""The door for Shippo: proved, kept to the byte, counted, answered at once."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import pytest

from shop.db import session
from shop.models import WebhookEvent
from tests import make
from tests.world import HMAC_SECRET
from webhooks import proof, shippo

pytestmark = pytest.mark.both_databases

ADDRESS = "/webhooks/shippo/url-token-for-tests"
SAID = {"event": "track_updated", "test": True, "data": {"carrier": "usps", "tracking_number": "9"}}


def signature(body: bytes, secret: str = HMAC_SECRET, at: int | None = None) -> str:
    moment = int(time.time()) if at is None else at
    mine = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mine.hexdigest()}"


def post(client, body: bytes, address: str = ADDRESS, sign: str | None = None):
    headers = {"Shippo-Auth-Signature": signature(body) if sign is None else sign}
    return client.post(address, data=body, headers=headers, content_type="application/json")


def rows() -> list[WebhookEvent]:
    return session.query(WebhookEvent).all()


def test_a_genuine_event_is_kept_to_the_byte(client):
    body = json.dumps(SAID, indent=3).encode()
    assert post(client, body).status_code == 202
    assert [row.body for row in rows()] == [body]


def test_three_times_the_same_and_once_with_its_keys_reordered_is_one_row(client):
    body = json.dumps(SAID).encode()
    turned = json.dumps(dict(reversed(SAID.items()))).encode()
    for said in (body, body, body, turned):
        assert post(client, said).status_code == 202
    assert [row.seen for row in rows()] == [4]


def test_another_signed_address_of_the_same_label_is_the_same_event(client):
    for query in ("Expires=1", "Expires=2"):
        data = {"object_id": "a", "label_url": f"https://x.example/l.pdf?{query}"}
        said = {"event": "transaction_created", "test": True, "data": data}
        post(client, json.dumps(said).encode())
    assert [row.seen for row in rows()] == [2]


@pytest.mark.parametrize("token", ["wrong", "url-token-for-test", "url-token-for-testsx", "%00"])
def test_a_wrong_token_is_401_and_no_row(client, token):
    body = json.dumps(SAID).encode()
    assert post(client, body, f"/webhooks/shippo/{token}").status_code == 401
    assert rows() == []


def test_a_signature_that_is_not_over_these_bytes_is_401_and_no_row(client):
    body = json.dumps(SAID).encode()
    good = signature(body)
    bad = [
        "",
        "t=,v1=",
        signature(body + b" "),
        signature(body, secret="another"),
        signature(body, at=int(time.time()) - 3 * 3600),
        f"{good},v1={'0' * 64}",
        f"t=1,{good}",
        f"t={'9' * 400},v1=0",
        f"t={'9' * 5000},v1=0",
        good.replace("v1=", "v2="),
        good[:-1],
    ]
    assert [post(client, body, sign=sign).status_code for sign in bad] == [401] * len(bad)
    assert rows() == []


def test_shippos_own_test_vector_is_accepted():
    body = b'{"event":"track_updated","test":true,"data":{"carrier":"ups"}}'
    v1 = "2240743a8e47ad651e0b886a225dc0fe05275b40569cacaa511f8b2cd0bb5ef2"
    header = f"t=1788451200,v1={v1}"
    assert proof.signed(header, body, "whsec_shippo_example", 1788451200.0)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 20_000])
def test_what_is_no_event_is_400_and_no_row(client, body):
    assert post(client, body).status_code == 400
    assert rows() == []


@pytest.mark.parametrize("depth", range(300, 1100, 100))
def test_however_deep_it_is_nested_it_is_kept_or_refused(client, depth):
    body = b'{"data": ' + b"[" * depth + b"]" * depth + b"}"
    assert post(client, body).status_code in {202, 400}


@pytest.mark.parametrize(
    "odd", [{"event": "a\0b"}, {"event": "\ud800"}, {"data": {"label_url": "http://[x"}}]
)
def test_an_odd_word_is_kept_and_not_stumbled_over(client, odd):
    assert post(client, json.dumps({**SAID, **odd}).encode()).status_code == 202
    assert len(rows()) == 1


def test_a_body_too_large_is_refused_unread(client):
    assert post(client, b" " * (proof.LARGEST + 1)).status_code == 413


@pytest.mark.settings(shippo_webhook_token="")
def test_without_a_token_configured_nobody_is_let_in(client):
    assert post(client, json.dumps(SAID).encode(), "/webhooks/shippo/x").status_code == 401


def test_the_key_does_not_depend_on_the_order_of_keys():
    turned = json.loads(json.dumps(dict(reversed(SAID.items()))))
    assert shippo.delivery_key(SAID) == shippo.delivery_key(turned)


def test_four_deliveries_of_one_scan_are_one_row_one_mail_and_one_text(client, world, work):
    parcel = make.labelled()
    data = {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "transaction": parcel.transaction_id,
        "tracking_status": {"status": "DELIVERED", "status_details": "Left at the door"},
        "tracking_history": [],
    }
    said = {"event": "track_updated", "test": True, "data": data}
    turned = dict(reversed(said.items())) | {"data": dict(reversed(data.items()))}
    for told in (said, said, said, turned):
        assert post(client, json.dumps(told).encode()).status_code == 202
        work()
    assert [row.seen for row in rows()] == [4]
    assert len(world.mail()) == len(world.sms()) == 1
