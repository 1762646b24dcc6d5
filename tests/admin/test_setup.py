"""The doctor: what is wrong with the setup is said, with what to do, and nobody waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from rq.serializers import JSONSerializer

from jobs import clock, rounds
from jobs.queue import doorbell, queue
from jobs.worker import BurstWorker
from shop.db import session
from shop.models import ShopSetting, WebhookEvent
from shop.outside import gateways
from shop.values import EventState, Mode, TrackingStatus, Via
from tests import make
from tests.visit import Page, visit
from tests.world import World

GOOD, WARN, BAD = "good", "warn", "bad"


@pytest.fixture
def desk(client: FlaskClient, world: World) -> FlaskClient:
    return make.signed_in(client, make.ada())


@pytest.fixture
def nothing_registered(app, world):
    for hook in gateways.shippo.webhooks():
        gateways.shippo.unregister(hook.id)


def tones(page: Page) -> dict[str, str]:
    """The verdict on each thing that was looked at."""
    return {item.b.get_text(): str(item.get("data-tone", "")) for item in page.all(".checks-item")}


def found(page: Page, name: str) -> str:
    return next(i.get_text(" ") for i in page.all(".checks-item") if i.b.get_text() == name)


def test_only_who_may_change_settings_sees_it_and_it_is_linked_from_them(desk, client, world):
    assert visit(desk, "/admin/settings").all('a[href="/admin/setup"]')
    assert visit(desk, "/admin/").all('.health a[href="/admin/setup"]')
    page = visit(desk, "/admin/setup")
    make.signed_in(client, make.pat())
    visit(client, "/admin/setup", 403)
    page.submit("/admin/setup", 403)
    page.submit("/admin/setup/register", 403)
    assert not visit(client, "/admin/").all('.health a[href="/admin/setup"]')


def test_what_others_say_is_asked_by_a_press_and_kept_and_what_is_missing_is_registered(
    desk, world, nothing_registered
):
    before = len(world.requests())
    page = visit(desk, "/admin/setup")
    assert len(world.requests()) == before  # to look at a page asks nobody
    assert tones(page)["track_updated"] == ""
    gateways.shippo.register("track_updated", "https://books.example/hook?key=s3cret", test=True)
    page = page.submit("/admin/setup")
    assert [tones(page)[event] for event in rounds.FOLLOWED] == [BAD] * 3
    assert "books.example" in page.text
    assert "s3cret" not in page.html
    assert "Press Register now" in page.text
    page = page.submit("/admin/setup/register")
    assert "Shippo has our webhooks, each once." in page.text
    assert [tones(page)[event] for event in rounds.FOLLOWED] == [GOOD] * 3
    assert "url-token-for-tests" not in page.html
    assert "/webhooks/shippo/…ests" in page.text
    assert tones(page)["Mail server"] == tones(page)["Shippo"] == GOOD
    assert tones(page)["Our clock against Shippo’s"] == GOOD
    others = [hook for hook in gateways.shippo.webhooks() if "books" in hook.url]
    assert len(others) == 1
    gateways.shippo.register("track_updated", rounds.webhook_address(), test=True)
    assert tones(page.submit("/admin/setup"))["track_updated"] == WARN


def test_a_shippo_and_a_mail_server_that_do_not_answer_are_said_and_nothing_breaks(
    app, desk, world
):
    world.fault("GET", "/webhooks", "status", code=401)
    own = app.extensions["gateways"]
    gone = replace(own.mail, url="smtp://127.0.0.1:1")
    app.extensions["gateways"] = replace(own, mail=gone)
    page = visit(desk, "/admin/setup").submit("/admin/setup")
    assert "Somebody did not answer" in page.text
    assert tones(page)["Registered webhooks"] == tones(page)["Shippo"] == BAD
    assert tones(page)["Mail server"] == BAD
    assert "no mail server" in found(page, "Mail server")
    assert "SHIPPO_API_TOKEN" in page.text
    failed = page.submit("/admin/setup/register")
    assert "Shippo has not taken all our webhooks" in failed.text


def test_clocks_apart_the_other_mode_and_webhooks_that_stay_away_are_named(desk, world):
    asked = {"at": datetime.now(UTC).isoformat(), "hooks": [], "skew_s": -400.0}
    make.saved(ShopSetting(name="setup_test", value={**asked, "trouble": "", "post": "no server"}))
    make.labelled(mode=Mode.LIVE, order=make.order())
    make.scanned(TrackingStatus.TRANSIT, order=make.order(), transaction_id="9" * 32)
    long_ago = datetime.now(UTC) - timedelta(days=2)
    event = {"event": "track_updated", "body": b"{}", "proof": "token", "state": EventState.DONE}
    make.saved(WebhookEvent(delivery_key="k", **event, last_seen_at=long_ago))
    for number in range(4):
        own = make.scanned(
            TrackingStatus.TRANSIT, order=make.order(), transaction_id=f"{number + 1}" * 32
        )
        own.snapshots[0].repaired, own.snapshots[0].via = True, Via.POLL
    session.commit()
    page = visit(desk, "/admin/setup")
    told = tones(page)
    assert told["Our clock against Shippo’s"] == BAD
    assert told["Parcels of the other mode"] == told["Last webhook heard"] == WARN
    assert "proved by token" in found(page, "Last webhook heard")
    assert told["Mail server"] == BAD
    assert told["Repaired by asking"] == WARN
    assert "4 scans and 0 labels in 24 h" in found(page, "Repaired by asking")
    home = visit(desk, "/admin/")
    assert "4 in 24 h: webhooks do not reach us" in home.text
    assert 'quayside_repairs_total{kind="scan"} 4.0' in desk.get("/metrics").text


def test_the_machinery_shows_who_is_alive(app, desk, world):
    told = tones(visit(desk, "/admin/setup"))
    assert told["Database"] == told["Redis"] == GOOD
    assert told["Clock process"] == told["Worker of labels"] == BAD
    worker = BurstWorker(
        [queue("labels", doorbell())], connection=doorbell(), serializer=JSONSerializer
    )
    worker.register_birth()
    assert clock._turn(next(task for task in clock.tasks() if task.name == clock.BEAT))
    page = visit(desk, "/admin/setup")
    told = tones(page)
    assert told["Clock process"] == told["Worker of labels"] == GOOD
    assert told["Worker of webhooks"] == BAD
    assert "flask --app app work webhooks" in found(page, "Worker of webhooks")
    worker.register_death()


@pytest.mark.settings(
    shippo_webhook_token="", shippo_webhook_hmac_secret="", label_hosts=(), twilio_from=""
)
def test_what_was_not_set_is_said_with_the_name_of_the_setting(desk, world):
    page = visit(desk, "/admin/setup")
    told = tones(page)
    assert told["Our address"] == told["Label files from"] == BAD
    assert told["Signature"] == told["Twilio"] == ""
    for name in ("SHIPPO_WEBHOOK_TOKEN", "LABEL_HOSTS", "TWILIO_FROM", "HMAC_SECRET"):
        assert name in page.text
