"""The inbox at the desk: one event in full, and events applied again after a look at them."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from admin import payloads
from shop.db import session
from shop.models import AuditEntry, Message, TrackSnapshot, WebhookEvent
from shop.rates import HOME
from shop.values import Act, EventState, Milestone, Standing
from tests import make
from tests.jobs.test_at_once import at_once
from tests.jobs.test_hearing import event as scan
from tests.jobs.test_hearing import told
from tests.visit import Page, visit
from tests.webhooks.test_shippo import ADDRESS, post
from tests.world import HMAC_SECRET

OTHER = "9205590164917312751096"


def desk(client: FlaskClient, row: WebhookEvent) -> Page:
    return visit(client, f"/admin/webhooks/{row.id}")


def rows() -> list[WebhookEvent]:
    return session.query(WebhookEvent).order_by(WebhookEvent.id).all()


def heard(client: FlaskClient, body: bytes, state: EventState | None = None) -> WebhookEvent:
    """A delivery as it came through the door; not yet applied, or as if that had become of it."""
    assert post(client, body).status_code in {202, 400}
    client.application.extensions["redis"].flushdb()
    row = rows()[-1]
    if state is not None:
        row.state, row.due_at, row.note = state, None, "as it was then"
        session.commit()
    return row


def said(**data: Any) -> bytes:
    return json.dumps({"event": "track_updated", "test": True, "data": data}).encode()


def delivered(parcel: Any) -> bytes:
    return told(parcel, scan("TRANSIT", "package_departed", -5), scan("DELIVERED", hours=-1))


def test_an_event_is_shown_with_what_became_of_it_and_its_payload_escaped(client, work):
    parcel = make.labelled()
    news = scan("TRANSIT", "package_departed", status_details="<script>alert(1)</script>")
    post(client, told(parcel, news))
    post(client, told(parcel, news))
    work()
    make.signed_in(client, make.vera())
    listed = visit(client, "/admin/webhooks")
    assert listed.all(f"a[href='/admin/webhooks/{rows()[0].id}']")
    page = desk(client, rows()[0])
    for words in ("Applied", "token and signature", "2 times", parcel.order.number):
        assert words in page.text
    assert f"track:{parcel.carrier}:{parcel.tracking_number}" in page.text
    assert "Only packers and administrators see it" in page.text
    assert "alert(1)" not in page.html
    assert client.get(f"/admin/webhooks/{rows()[0].id}/payload").status_code == 403
    make.signed_in(client, make.pat())
    page = desk(client, rows()[0])
    assert "&lt;script&gt;alert(1)" in page.html
    assert "<script>alert(1)" not in page.html
    assert client.get("/admin/webhooks/99999").status_code == 404


def test_an_event_that_came_to_nothing_is_previewed_then_applied_once(client, world, work):
    parcel = make.labelled()
    row = heard(client, delivered(parcel), EventState.UNMATCHED)
    make.signed_in(client, make.pat())
    page = desk(client, row)
    assert "Matches nothing of ours" in page.text
    assert "as it was then" in page.text
    assert "Ready to leave → Delivered" in page.text
    assert "Left a sorting centre, Portland, OR" in page.text
    assert "Hears “Delivered”" in page.text
    assert session.query(TrackSnapshot).count() == session.query(Message).count() == 0
    again = page.submit("/replay")
    assert "It is applied again" in again.text
    assert "It waits to be applied already" in again.text
    assert (row.state, row.tries, row.note) == (EventState.NEW, 0, "")
    assert "done before" in page.submit("/replay").text
    work()
    session.refresh(parcel)
    assert (row.state, parcel.standing) == (EventState.DONE, Standing.DELIVERED)
    assert "done before" in page.submit("/replay").text
    entries = session.query(AuditEntry).all()
    assert [(e.act, e.subject) for e in entries] == [(Act.REPLAY, f"webhook:{row.id}")]
    page = desk(client, row)
    assert f"Applied again by {entries[0].account.name}" in page.text
    assert "Nothing would change" in page.text


def test_what_was_applied_changes_nothing_and_tells_nobody_a_second_time(client, world, work):
    parcel = make.labelled()
    post(client, delivered(parcel))
    work()
    letters = len(world.mail())
    scans = session.query(TrackSnapshot).count()
    make.signed_in(client, make.ada())
    page = desk(client, rows()[0])
    assert "Nothing would change: all it says of this parcel is told already." in page.text
    assert "It is applied again" in page.submit("/replay").text
    work()
    assert rows()[0].state is EventState.DONE
    assert session.query(TrackSnapshot).count() == scans
    assert len(world.mail()) == letters
    assert session.query(Message).filter_by(milestone=Milestone.DELIVERED).count() == 2


def test_each_kind_of_event_says_what_would_become_of_it(client):
    make.labelled()
    cases = {
        "No parcel of ours has this number": said(carrier="usps", tracking_number=OTHER),
        "Shippo is asked how the label stands": json.dumps(
            {"event": "transaction_updated", "test": True, "data": {"object_id": "a" * 32}}
        ).encode(),
        "sent in the other mode": b'{"event": "track_updated", "test": false, "data": {}}',
        "It is nothing we follow": b'{"event": "batch_created", "test": true}',
        "What is wrong: not JSON.": b"\x00\xff<b>{",
    }
    make.signed_in(client, make.ada())
    for words, body in cases.items():
        page = desk(client, heard(client, body, EventState.UNREADABLE))
        assert words in page.text
    assert not page.all("form[action$='/replay']")
    assert "\\u0000\\xff<b>{" in page.text


def test_who_may_only_look_or_has_no_token_applies_nothing(client):
    row = heard(client, delivered(make.labelled()), EventState.UNMATCHED)
    make.signed_in(client, make.vera())
    page = desk(client, row)
    assert "Only packers and administrators may have it applied again" in page.text
    assert not visit(client, "/admin/webhooks").all("form[action$='/replay']")
    token = page.all("input[name=csrf_token]")[0]["value"]
    fields = {"csrf_token": token, "before": "0"}
    assert client.post(f"/admin/webhooks/{row.id}/replay", data=fields).status_code == 403
    assert client.post("/admin/webhooks/replay/since", data=fields).status_code == 403
    assert client.get("/admin/webhooks/replay").status_code == 403
    make.signed_in(client, make.ada())
    assert client.post(f"/admin/webhooks/{row.id}/replay", data={"before": "0"}).status_code == 400
    session.refresh(row)
    assert row.state is EventState.UNMATCHED


def local(moment: datetime) -> str:
    """A moment as the shop's own clock has it, as a browser's field writes it."""
    return moment.astimezone(HOME).strftime("%Y-%m-%dT%H:%M")


def test_all_since_a_time_are_previewed_by_parcel_and_applied_once(client, world, work):
    first, second = make.labelled(), make.labelled(tracking_number=OTHER)
    old = heard(client, told(first, scan("TRANSIT", hours=-9)), EventState.UNMATCHED)
    old.first_seen_at = datetime.now(UTC) - timedelta(hours=3)
    session.commit()
    lost = [heard(client, delivered(parcel), EventState.UNMATCHED) for parcel in (first, second)]
    heard(client, b"{", EventState.UNREADABLE)
    heard(client, said(carrier="usps", tracking_number="1"), EventState.UNMATCHED)
    done = heard(client, told(second, scan("PRE_TRANSIT", hours=-8)), EventState.DONE)
    make.signed_in(client, make.ada())
    page = visit(client, "/admin/webhooks")
    page = page.submit("/replay", since=local(datetime.now(UTC) - timedelta(hours=1)))
    assert "2 parcels would change" in page.text
    assert page.text.count("Ready to leave → Delivered") == 2
    assert "Apply 3 events again" in page.text
    assert page.text.count("2 more") == 2
    before = page
    page = page.submit("/replay/since")
    assert "3 events are applied again" in page.text
    assert "done before" in before.submit("/replay/since").text
    work()
    session.expire_all()
    assert [row.state for row in lost] == [EventState.DONE] * 2
    assert (old.state, done.note) == (EventState.UNMATCHED, "as it was then")
    assert [parcel.standing for parcel in (first, second)] == [Standing.DELIVERED] * 2
    (entry,) = session.query(AuditEntry)
    assert (entry.act, entry.subject) == (Act.REPLAY, "webhooks")
    since = f"since={local(datetime.now(UTC) - timedelta(hours=9))}"
    page = visit(client, f"/admin/webhooks/replay?{since}&done=y")
    assert "Apply 3 events again" in page.text
    assert "One parcel would change" in page.text


def test_a_time_that_is_none_or_no_tick_is_asked_for_again(client):
    make.signed_in(client, make.ada())
    page = visit(client, "/admin/webhooks/replay?since=soon&unmatched=y", 422)
    assert "Enter a day and a time" in page.text
    page = visit(client, "/admin/webhooks/replay?since=2026-03-12T09:30", 422)
    assert "Tick what is to be applied again" in page.text
    assert "First heard since" in visit(client, "/admin/webhooks/replay").text
    page = visit(client, "/admin/webhooks/replay?since=2026-03-12T09:30&done=y")
    assert "Nothing to apply again" in page.text


def test_two_who_press_at_once_have_it_applied_once(app):
    row = heard(app.test_client(), delivered(make.labelled()), EventState.UNMATCHED)
    ada, where = make.ada(), f"/admin/webhooks/{row.id}"
    clients = [app.test_client() for _ in range(4)]
    for client in clients:
        make.signed_in(client, ada)
    pages = [visit(client, where) for client in clients]
    at_once(app, 4, lambda: pages.pop().submit("/replay"))
    assert session.query(AuditEntry).count() == 1


def test_a_payload_is_saved_to_the_byte(client):
    body = json.dumps({"event": "batch_created", "test": True, "data": "é<"}, indent=1).encode()
    row, odd = heard(client, body), heard(client, b"\xff{")
    make.signed_in(client, make.pat())
    answer = client.get(f"/admin/webhooks/{row.id}/payload")
    assert (answer.data, answer.mimetype) == (body, "application/json")
    kept = answer.headers["Content-Disposition"]
    assert kept == f"attachment; filename=batch_created-{row.id}.json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer = client.get(f"/admin/webhooks/{odd.id}/payload")
    assert (answer.data, answer.mimetype) == (b"\xff{", "application/octet-stream")


@contextmanager
def served(app: Flask) -> Iterator[None]:
    """The app at an address of its own, which it knows."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    own = app.extensions["settings"]
    url = f"http://127.0.0.1:{server.server_port}"
    app.extensions["settings"] = replace(own, public_url=url)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["settings"] = own


@pytest.mark.parametrize("signs", [True, False])
def test_what_is_copied_as_curl_posts_the_same_bytes_and_names_no_secret(app, client, signs):
    if not signs:
        own = app.extensions["settings"]
        app.extensions["settings"] = replace(own, shippo_webhook_hmac_secret="")
    plain = said(carrier='it\'s $HOME `id` \\ "x" \n!! %s é', tracking_number="1")
    odd = [b"", b"@/etc/passwd", b"a\0b\r\n", b"\xff", b"-n", json.dumps(plain.decode()).encode()]
    make.signed_in(client, make.pat())
    with served(app):
        for body in [plain, said(x="'" * 9000), *odd]:
            row = heard(client, body)
            shown = desk(client, row).all("#curl-text")[0].get_text()
            secrets = {"SHIPPO_WEBHOOK_TOKEN": ADDRESS.rpartition("/")[2]}
            secrets |= {"SHIPPO_WEBHOOK_HMAC_SECRET": HMAC_SECRET}
            assert not [value for value in secrets.values() if value in shown]
            assert ("openssl" in shown) is signs
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", shown],
                env={"PATH": "/usr/bin:/bin", **secrets},
                capture_output=True,
                timeout=20,
            )
            assert ran.stdout.split()[1] in {b"202", b"400"}, (shown, ran)
            session.expire_all()
            assert (row.seen, rows()[-1].id) == (2, row.id)


def test_of_a_large_payload_the_beginning_is_shown_and_curl_reads_the_file(client):
    row = heard(client, said(x="y" * payloads.LONGEST))
    make.signed_in(client, make.pat())
    page = desk(client, row)
    assert "Only its beginning is shown" in page.text
    assert f"cat track_updated-{row.id}.json" in page.text
    assert len(page.html) < 2 * payloads.LONGEST
