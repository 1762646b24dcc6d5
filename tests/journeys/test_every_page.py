"""Every page there is, in a real browser: axe finds nothing, nothing runs off a small screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from shop.db import session
from shop.models import Case, FollowedParcel, Order, Refund, WebhookEvent
from shop.values import (
    EventState,
    Hold,
    IntentState,
    MessageState,
    Mode,
    ParcelState,
    QuoteSource,
    RefundState,
    Standing,
    TrackingStatus,
)
from tests import make
from tests.journeys.browser import Visitor, chromium
from tests.processes import Shop

LOOKS: list[tuple[Any, int]] = [("light", 1280), ("dark", 390), ("light", 320)]
"""The narrowest is for its width alone: axe has seen the same page twice by then."""

TALL = 900


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def filled(shop: Shop, rows: Flask) -> Order:
    """A shop in which something of everything has happened."""
    shop.start("web")
    shop.answering()
    alice = make.account("alice@quayside.test")
    order = make.order(account_id=alice.id)
    make.message(parcel=make.labelled(order=order, transaction_id="1" * 32))
    make.case(parcel=make.scanned(TrackingStatus.FAILURE, "package_undeliverable", order=_other()))
    make.message(state=MessageState.FAILED, reason="550 no such user", parcel=_last_parcel())
    make.parcel(order=_other(), state=ParcelState.NEEDS_LABEL)
    make.parcel(
        order=_other(source=QuoteSource.FALLBACK), state=ParcelState.NEEDS_RATE, why="Shippo"
    )
    make.quick().parcels[0].why = "This service is not sold for this shipment."
    unknown = make.parcel(order=_other(), state=ParcelState.UNKNOWN)
    make.intent(parcel=unknown, state=IntentState.NEEDS_REVIEW, sent_at=unknown.created_at)
    make.followed()
    _given_back()
    _heard_of(order)
    _at_fixed_prices()
    return order


def _at_fixed_prices() -> None:
    """The merchant's own prices, one by a service that is not listed any more; and an order."""
    make.fixed()
    make.placed(email="charlie@quayside.test")


def _heard_of(order: Order) -> None:
    """What came to nothing and would change a parcel now, and what nobody can read."""
    data = {"carrier": "usps", "tracking_number": order.parcels[0].tracking_number}
    data |= {"tracking_status": {"status": "DELIVERED"}, "tracking_history": []}
    said = json.dumps({"event": "track_updated", "test": True, "data": data}).encode()
    lost = WebhookEvent(delivery_key="1", event="track_updated", body=said, proof="token")
    odd = WebhookEvent(delivery_key="2", event="", body=b"{", proof="token", note="not JSON")
    lost.state, odd.state = EventState.UNMATCHED, EventState.UNREADABLE
    session.add_all([lost, odd])
    session.commit()


def _given_back() -> None:
    """Labels voided, perhaps voided, too many, waiting for leave; and an order called off."""
    given = {"mode": Mode.TEST, "amount_minor": 785, "tracking_number": make.NUMBER}
    for number, state in enumerate((RefundState.UNKNOWN, RefundState.REJECTED)):
        parcel = make.labelled(order=_other(), transaction_id=f"{number + 2}" * 32)
        refund = make.saved(
            Refund(**given, parcel=parcel, transaction_id=f"{number + 2}" * 32, state=state)
        )
        if not state.asked:
            refund.filed_at = refund.settled_at = parcel.created_at
            parcel.lose_label()
    make.stray()
    dear = make.parcel(order=_other(), state=ParcelState.BUYING)
    make.intent(parcel=dear, hold=Hold.APPROVAL)
    off = _other(cancelled_at=dear.created_at)
    make.parcel(order=off, state=ParcelState.CANCELLED, standing=Standing.CANCELLED)


def test_axe_finds_nothing_and_nothing_runs_off_the_screen(
    shop: Shop, filled: Order, browser: Browser
) -> None:
    for who, addresses in pages(filled).items():
        visitor = Visitor(browser, shop.url, colours=True)
        if who:
            visitor.sign_in(who)
        for address in addresses:
            visitor.page.goto(address)
            for scheme, width in LOOKS:
                seen_in(visitor, scheme, width)
        visitor.close()
        assert [fault for fault in visitor.faults if "status of 404" not in fault] == []


def seen_in(visitor: Visitor, scheme: Any, width: int) -> None:
    """The page that is open, in these colours and at this width."""
    page = visitor.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": TALL})
    if width > min(wide for _, wide in LOOKS):
        visitor.look()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide on {width}"


def pages(filled: Order) -> dict[str, list[str]]:
    """Every address, by who may see it; nobody's name is the empty one."""
    parcel = filled.parcels[0]
    shopper = ["/", "/products", "/products?q=zeppelin", "/products/enamel-kettle", "/cart"]
    shopper += ["/login", "/register", "/track", f"/orders/{filled.token}", f"/t/{parcel.token}"]
    off = session.query(Order).filter(Order.cancelled_at.is_not(None)).one()
    shopper += [f"/orders/{off.token}", f"/t/{off.parcels[0].token}"]
    customer = ["/account/orders", f"/account/orders/{filled.number}", "/account/preferences"]
    desk = ["", "orders", "orders?view=exceptions", "shipments", "exceptions", "tracking"]
    desk += ["messages", "webhooks", "settings", f"exceptions/{session.query(Case).one().id}"]
    desk += [f"orders/{order.number}" for order in session.query(Order)]
    desk += [f"purchases?view={view}" for view in ("review", "waiting", "surplus", "voided")]
    desk += ["settings/spending", "settings/drift", "settings/delivery", "setup"]
    desk += ["followed", f"followed/{session.query(FollowedParcel).one().id}"]
    desk += [f"shipments/{parcel.id}/void", f"orders/{filled.number}/cancel"]
    quick = session.query(Order).filter(Order.note.is_not(None)).one()
    desk += ["quick-label", f"orders/{quick.number}/quick-label"]
    shopper += [f"/orders/{quick.token}", f"/t/{quick.parcels[0].token}"]
    desk += ["tracking?carrier=shippo&number=SHIPPO_DELIVERED", f"shipments/{parcel.id}"]
    desk += [f"webhooks/{event.id}" for event in session.query(WebhookEvent)]
    desk += ["webhooks/replay?since=2026-01-01T00:00&unmatched=y&unreadable=y"]
    session.rollback()
    return {
        "": [*shopper, "/nothing-here"],
        "alice@quayside.test": customer,
        "admin@quayside.test": [f"/admin/{place}" for place in desk],
    }


def _other(**given: object) -> Order:
    """An order of somebody without an account, with a basket of its own."""
    return make.order(basket=make.basket(placed=True), **given)


def _last_parcel() -> object:
    return session.query(Case).one().parcel
