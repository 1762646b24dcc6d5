"""The seventeen arrows as steps of one story, for journeys that walk them or some of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from playwright.sync_api import Page, expect

from shop.db import session
from shop.models import Message, Order, Parcel, WebhookEvent
from shop.values import Channel, EventState, Milestone, Via
from tests.journeys.browser import Visitor, chromium
from tests.processes import Shop
from tests.until import until
from tests.world import World

PHONE = "+15035550142"
SLOW_POLLING: dict[str, Any] = {
    "reconcile_interval_s": 600.0,
    "poll_schedule_s": (600.0,),
    "purchase_deadline_s": 20.0,
    "resolve_schedule_s": (60.0,),
    "sweep_interval_s": 20.0,
}


@contextmanager
def visitors(shop: Shop, **how: Any) -> Iterator[tuple[Visitor, Visitor]]:
    """Alice in her browser, and the merchant in another, once the whole shop runs."""
    shop.start()
    shop.ready(90)
    with chromium() as browser:
        alice, merchant = Visitor(browser, shop.url, **how), Visitor(browser, shop.url, **how)
        yield alice, merchant
        alice.close()
        merchant.close()


class Story:
    """The steps, in order; each leaves behind what the next one needs."""

    def __init__(self, alice: Visitor, merchant: Visitor, world: World, shop: Shop) -> None:
        self.alice, self.merchant, self.world, self.shop = alice, merchant, world, shop
        self.price = ""
        self.loads: list[str] = []

    def from_the_purchase_on(self) -> None:
        """A3 to A17: the same whether a rate is bought or a single call made."""
        self.a3_the_shop_buys_that_label()
        self.a4_number_and_label_come_back_by_webhook()
        self.a5_the_number_stands_on_the_desk()
        self.a6_staff_look_a_number_up_at_shippo()
        self.a7_and_see_its_status_and_history()
        self.a9_the_customer_is_told_by_mail_and_text()
        self.a10_the_number_and_link_stand_in_the_portal()
        self.a11_the_mails_link_leads_to_the_carrier()
        self.a12_so_does_the_portals()
        self.a13_the_carrier_scans_the_parcel()
        self.a14_shippo_tells_the_shop()
        self.a8_the_desk_shows_it_without_reloading()
        self.a15_trouble_raises_an_alert()
        self.a16_and_the_customer_hears_of_it_once()
        self.a17_staff_contact_the_carrier_and_log_it()

    def a1_the_shop_asks_shippo_for_rates(self) -> None:
        self.alice_fills_in_her_address()
        assert self.world.requests("POST", "/shipments") == []
        self.alice.click("Continue to delivery")
        assert [call["status"] for call in self.world.requests("POST", "/shipments")] == [201]

    def alice_fills_in_her_address(self) -> None:
        self.alice.sign_in("alice@quayside.test")
        self.alice.go("/")
        self.alice.go("/products/harbour-mug")
        self.alice.click("Add to cart")
        self.alice.go("/cart")
        page = self.alice.go("/checkout")
        page.get_by_label("E-mail").fill("alice@quayside.test")
        page.get_by_label("Text me delivery updates").check()
        page.get_by_label("Phone").fill("(503) 555-0142")
        page.get_by_label("Full name").fill("Alice Archer")
        page.get_by_label("Street address").fill("2215 SE Alder St")
        page.get_by_label("City").fill("Portland")
        page.get_by_label("State").select_option("OR")
        page.get_by_label("ZIP code").fill("97214")

    def a2_the_shopper_sees_the_rates_and_selects_one(self) -> None:
        page = self.alice.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Choose delivery")
        option = page.locator("label", has_text="USPS").filter(has_text="Priority Mail").first
        self.price = re.findall(r"\$\d+\.\d\d", option.inner_text())[0]
        option.get_by_role("radio").check()
        self.alice.click("Continue to review")
        expect(self.alice.page.get_by_role("main")).to_contain_text(self.price)

    def a3_the_shop_buys_that_label(self) -> None:
        self.alice.click("Place order", exact=False)
        (sold,) = until(self.world.ledger, 20)
        assert len(self.world.requests("POST", "/transactions")) == 1
        assert f"${sold['amount']}" == self.price
        assert sold["metadata"].startswith("qs1:")

    def a4_number_and_label_come_back_by_webhook(self) -> None:
        until(lambda: self.parcel.tracking_number, 20)
        (sold,) = self.world.ledger()
        assert self.parcel.tracking_number == sold["tracking_number"]
        assert self.parcel.labelled_via is Via.WEBHOOK
        heard = [d for d in self.world.webhooks() if d["event"].startswith("transaction_")]
        assert heard
        assert {delivery["status"] for delivery in heard} == {202}

    def a5_the_number_stands_on_the_desk(self) -> None:
        self.merchant.sign_in("admin@quayside.test")
        for place in ("/admin/", "/admin/orders", "/admin/shipments"):
            self.merchant.go(place)
        expect(self.merchant.page.get_by_role("main")).to_contain_text(self.number_as_read)
        page = self.merchant.go(f"/admin/orders/{self.order.number}")
        expect(page.get_by_role("main")).to_contain_text(self.number_as_read)
        expect(page.get_by_role("main")).to_contain_text("webhook")
        answer = page.request.get(f"/admin/shipments/{self.parcel.id}/label")
        assert answer.body().startswith(b"%PDF-")

    def a6_staff_look_a_number_up_at_shippo(self) -> None:
        page = self.merchant.go("/admin/tracking")
        page.get_by_label("Carrier").select_option("usps")
        page.get_by_label("Tracking number").fill(self.number)
        before = len(self._lookups())
        page.get_by_role("main").get_by_role("button", name="Look up").click()
        expect(page.get_by_role("main")).to_contain_text(self.number_as_read)
        assert [call["status"] for call in self._lookups()[before:]] == [200]

    def a7_and_see_its_status_and_history(self) -> None:
        main = self.merchant.look().get_by_role("main")
        expect(main).to_contain_text(re.compile("as of", re.I))
        expect(main).to_contain_text("No scan is known yet")
        self.merchant.go("/admin/tracking?carrier=shippo&number=SHIPPO_TRANSIT")
        expect(main).to_contain_text("In transit")
        expect(main).to_contain_text("San Francisco")

    def a9_the_customer_is_told_by_mail_and_text(self) -> None:
        until(lambda: self.world.mail() and self.world.sms(), 20)
        (mail,), (text,) = self.world.mail(), self.world.sms()
        assert mail["to"] == ["alice@quayside.test"]
        assert self.number in mail["text"].replace(" ", "")
        assert text["to"] == PHONE
        for said in (mail["text"], mail["html"], text["body"]):
            assert f"/t/{self.parcel.token}" in said
        delivered = until(lambda: _of(Channel.SMS, state="delivered"), 20)
        assert delivered.provider_id == text["sid"]

    def a10_the_number_and_link_stand_in_the_portal(self) -> None:
        page = self.alice.go("/account/orders")
        expect(page.get_by_role("main")).to_contain_text(str(self.order.number))
        page.locator(f"main a[href$='/account/orders/{self.order.number}']").first.click()
        self.alice.look()
        expect(self.alice.page.get_by_role("main")).to_contain_text(self.number_as_read)

    def a11_the_mails_link_leads_to_the_carrier(self) -> None:
        found = re.findall(r"http://\S+/t/[\w-]+", self.world.mail()[0]["text"])
        page = self.alice.go(found[0])
        for private in ("Archer", "Alder", PHONE[-4:], "alice@"):
            assert private not in page.content()
        self._on_to_the_carrier(page)

    def a12_so_does_the_portals(self) -> None:
        page = self.alice.go(f"/account/orders/{self.order.number}")
        self._on_to_the_carrier(page)

    def a13_the_carrier_scans_the_parcel(self) -> None:
        page = self.merchant.go(f"/admin/orders/{self.order.number}")
        expect(page.get_by_role("main")).not_to_contain_text("Out for delivery")
        page.on("load", lambda _: self.loads.append(page.url))
        told = self.world.scan(self.number, "TRANSIT", "out_for_delivery", city="Portland")
        assert told["tracking_status"]["substatus"]["code"] == "out_for_delivery"

    def a14_shippo_tells_the_shop(self) -> None:
        until(lambda: self._events("track_updated") and self._moved("out_for_delivery"), 20)
        heard = [d for d in self.world.webhooks() if d["event"] == "track_updated"]
        assert {delivery["status"] for delivery in heard} == {202}

    def a8_the_desk_shows_it_without_reloading(self) -> None:
        page = self.merchant.page
        if not self.merchant.javascript:
            page.reload()
        expect(page.get_by_role("main")).to_contain_text("Out for delivery")
        assert self.loads == ([] if self.merchant.javascript else [page.url])
        until(lambda: len(self.world.mail()) == 2 and len(self.world.sms()) == 2, 20)

    def a15_trouble_raises_an_alert(self) -> None:
        page = self.merchant.go("/admin/exceptions")
        self.world.scan(self.number, "FAILURE", "package_undeliverable", city="Portland")
        until(lambda: self._moved("failed"), 20)
        if not self.merchant.javascript:
            page.reload()
        expect(page.get_by_role("main")).to_contain_text(str(self.order.number))
        expect(page.get_by_role("main")).to_contain_text("Delivery failed")

    def a16_and_the_customer_hears_of_it_once(self) -> None:
        until(lambda: len(self.world.mail()) == 3 and len(self.world.sms()) == 3, 20)
        self.world.redeliver(last=1, duplicate=2)
        until(lambda: max(event.seen for event in self._events("track_updated")) >= 3, 20)
        said = [m for m in session.query(Message) if m.milestone is Milestone.EXCEPTION]
        assert sorted(m.channel for m in said) == [Channel.MAIL, Channel.SMS]
        assert len(self.world.mail()) == len(self.world.sms()) == 3

    def a17_staff_contact_the_carrier_and_log_it(self) -> None:
        self.merchant.click(str(self.order.number), role="link", exact=False)
        page = self.merchant.page
        expect(page.get_by_role("main")).to_contain_text("1-800-275-8777")
        enquiry = page.get_by_role("main").locator("textarea[readonly]").input_value()
        assert self.number in enquiry
        page.get_by_label("What was said").fill("They will try again on Monday. Case 4711.")
        self.merchant.click("Log contact")
        expect(self.merchant.page.get_by_role("main")).to_contain_text("Case 4711")

    @property
    def parcel(self) -> Parcel:
        session.rollback()
        return session.query(Parcel).one()

    @property
    def order(self) -> Order:
        return self.parcel.order

    @property
    def number(self) -> str:
        return str(self.parcel.tracking_number)

    @property
    def number_as_read(self) -> re.Pattern[str]:
        """The number, however it is spaced."""
        return re.compile(r"\s*".join(self.number))

    def _on_to_the_carrier(self, page: Page) -> None:
        link = page.get_by_role("main").locator("a[href$='/carrier']").first
        with page.expect_popup() if link.get_attribute("target") else nullcontext() as popup:
            link.click()
        there = popup.value if popup else page
        there.wait_for_load_state()
        assert there.url == f"{self.world.url}/carriers/usps/{self.number}"
        expect(there.locator("body")).to_contain_text(self.number_as_read)

    def _lookups(self) -> list[dict[str, Any]]:
        return self.world.requests("GET", f"/tracks/usps/{self.number}")

    def _events(self, kind: str) -> list[WebhookEvent]:
        session.rollback()
        found = session.query(WebhookEvent).filter_by(event=kind, state=EventState.DONE)
        return list(found)

    def _moved(self, standing: str) -> bool:
        return self.parcel.standing.value == standing


def _of(channel: Channel, state: str) -> Message | None:
    session.rollback()
    return next(
        (m for m in session.query(Message) if m.channel is channel and m.state.value == state), None
    )
