"""The door for Shippo: proved, kept to the byte, counted, answered at once."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from datetime import timedelta

import pytest

from jobs import inbox, queue
from shop.db import session
from shop.gateways import envelope
from shop.models import WebhookEvent
from shop.values import EventState
from tests import make
from tests.world import HMAC_SECRET
from webhooks import proof

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
    return session.query(WebhookEvent).order_by(WebhookEvent.id).all()


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


def nested(depth: int) -> bytes:
    """An event so many objects and lists deep."""
    return (
        json.dumps(SAID)[:-1].encode() + b', "x": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    )


def wide(keys: int) -> bytes:
    """An event of so many keys in all."""
    return json.dumps({**SAID, **{f"k{n}": n for n in range(keys - 5)}}).encode()


UNREADABLE = {
    "not JSON": [b"", b"{", b"\xff\xfe", b"[" * 20_000, b'{"data": ' + b"9" * 5000 + b"}"],
    "not an object": [b"[]", b"null", b'"track_updated"'],
    "names no event": [b"{}", b'{"event": null}', b'{"event": 5}', b'{"event": ""}'],
    "a key stands twice in one object": [b'{"event": "a", "event": "b"}'],
    "NaN or Infinity, which JSON has not": [b'{"event": "a", "data": NaN}'],
    "nested more than 20 deep": [nested(21), nested(900)],
    "more than 2000 keys": [wide(2001)],
}


def test_what_shippo_says_and_nobody_can_read_is_400_kept_to_the_byte_and_never_tried_again(client):
    for why, bodies in UNREADABLE.items():
        for body in bodies:
            assert [post(client, body).status_code for _ in range(2)] == [400, 400], body[:40]
            row = rows()[-1]
            assert (row.note, row.body, row.seen) == (why, body, 2)
            assert (row.state, row.due_at) == (EventState.UNREADABLE, None)
    assert len(rows()) == sum(map(len, UNREADABLE.values()))


def test_what_is_just_within_the_limits_is_taken_in(client):
    assert post(client, nested(20)).status_code == 202
    assert post(client, wide(2000)).status_code == 202


@pytest.mark.parametrize(
    "odd", [{"event": "a\0b"}, {"event": "\ud800"}, {"data": {"label_url": "http://[x"}}]
)
def test_an_odd_word_is_kept_and_not_stumbled_over(client, odd):
    assert post(client, json.dumps({**SAID, **odd}).encode()).status_code == 202
    assert len(rows()) == 1


def test_a_body_too_large_is_refused_unread(client):
    assert post(client, b" " * (proof.LARGEST + 1)).status_code == 413


class Endless(io.RawIOBase):
    """A body that never ends, and how much of it was asked for."""

    read_of_it = 0

    def readinto(self, buffer) -> int:
        self.read_of_it += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


def chunked(client, stream) -> int:
    """Post a body without saying how long it is, as `Transfer-Encoding: chunked` does."""
    said = {"wsgi.input_terminated": True, "wsgi.input": stream}
    answer = client.post(ADDRESS, environ_overrides=said)
    return answer.status_code


@pytest.mark.settings(shippo_webhook_hmac_secret="")
def test_a_body_that_says_no_length_is_held_to_the_same_limit(client):
    body = json.dumps(SAID).encode()
    assert chunked(client, io.BytesIO(body)) == 202
    assert [row.body for row in rows()] == [body]
    full = body + b" " * (proof.LARGEST - len(body))
    assert chunked(client, io.BytesIO(full)) == 202
    assert chunked(client, io.BytesIO(full + b" ")) == 413
    endless = Endless()
    assert chunked(client, endless) == 413
    assert endless.read_of_it <= proof.LARGEST + 1
    assert len(rows()) == 1


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, identity", ""])
def test_a_packed_body_is_refused_unread(client, coding):
    body = json.dumps(SAID).encode()
    headers = {"Shippo-Auth-Signature": signature(body), "Content-Encoding": coding}
    answer = client.post(ADDRESS, data=body, headers=headers)
    assert answer.status_code == 415
    assert rows() == []


@pytest.mark.postgresql("it is about many")
def test_in_a_storm_no_more_is_rung_and_what_came_is_due_at_once(client, work):
    def told(number: int) -> None:
        data = {"carrier": "usps", "tracking_number": str(number)}
        said = {"event": "track_updated", "test": True, "data": data}
        assert post(client, json.dumps(said).encode()).status_code == 202

    for number in range(queue.LONG):
        told(number)
    time.sleep(2 * queue.COUNTED_S)
    before = queue.waiting(inbox.apply_event)
    for number in range(queue.LONG, queue.LONG + 3):
        told(number)
    assert queue.waiting(inbox.apply_event) == before
    due = [row.due_at - row.first_seen_at for row in rows()]
    soon = timedelta(seconds=0.5)
    assert [wait > soon for wait in due] == [True] * queue.LONG + [False] * 3
    work.until(lambda: all(row.tries for row in rows()))


def test_who_registers_us_may_look_whether_we_are_there(client):
    assert [client.get(ADDRESS).status_code, client.head(ADDRESS).status_code] == [200, 200]
    assert client.get("/webhooks/shippo/wrong").status_code == 401
    assert client.put(ADDRESS).status_code == 405


def test_every_event_says_what_it_is_about(client):
    track = {"carrier": "usps", "tracking_number": "9205"}
    abouts = {
        "track:usps:9205": ("track_updated", track),
        "track:a b:9205": ("track_updated", {**track, "carrier": "a\0b"}),
        "transaction:abc": ("transaction_updated", {"object_id": "abc"}),
        "": ("track_updated", {"carrier": None, "tracking_number": "SHIPPO_DELIVERED"}),
    }
    for subject, (event, data) in abouts.items():
        post(client, json.dumps({"event": event, "test": True, "data": data}).encode())
        assert rows()[-1].subject == subject
    endless = {"carrier": "c" * 900, "tracking_number": "9" * 64}
    odd = [("track_updated", {**track, "tracking_number": "9" * 65}), ("track_updated", "9205")]
    odd += [("transaction_created", {"object_id": ["a"]}), ("batch_created", "batch 1 created")]
    for event, data in odd:
        assert envelope.about({"event": event, "data": data}) == ""
    assert len(envelope.about({"event": "track_updated", "data": endless})) <= 120


@pytest.mark.settings(shippo_webhook_token="")
def test_without_a_token_configured_nobody_is_let_in(client):
    assert post(client, json.dumps(SAID).encode(), "/webhooks/shippo/x").status_code == 401


def test_the_key_does_not_depend_on_the_order_of_keys():
    turned = json.loads(json.dumps(dict(reversed(SAID.items()))))
    assert envelope.key_of(SAID) == envelope.key_of(turned)


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
