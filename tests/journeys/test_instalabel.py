"""Instalabel in a real browser: the merchant fixes prices, and a label is bought by a single call.

The second of Shippo's two diagrams: no rates are asked for, and from A4 on it is the first again.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from shop.db import session
from shop.models import Message
from shop.values import Channel, IntentState, Money, Via
from tests import make
from tests.journeys.story import SLOW_POLLING, Story, visitors
from tests.processes import Shop
from tests.until import until
from tests.world import World


class Single(Story):
    """The story without A1 and A2, and with another A3."""

    def the_merchant_fixes_prices(self) -> None:
        self.merchant.sign_in("admin@quayside.test")
        page = self.merchant.go("/admin/settings/delivery")
        page.get_by_label("Fixed prices").check()
        self.merchant.click("Continue")
        for which, name, price, days, service, cost in (
            ("Standard", "Standard delivery", "7.90", "4", "USPS Ground Advantage", "8.40"),
            ("Express", "Express delivery", "19.90", "2", "USPS Priority Mail Express", "28"),
        ):
            part = page.get_by_role("group", name=re.compile(f"^{which}"))
            part.get_by_label("Name the shopper reads").fill(name)
            part.get_by_label("Price, in dollars").fill(price)
            part.get_by_label("Working days").fill(days)
            part.get_by_label("Service its label").select_option(label=service)
            part.get_by_label("What such a label costs").fill(cost)
        self.merchant.click("Save prices")
        expect(page.get_by_role("main")).to_contain_text("bought as USPS Ground Advantage")

    def alice_chooses_standard_delivery(self) -> None:
        self.alice_fills_in_her_address()
        self.alice.click("Continue to delivery")
        page = self.alice.page
        option = page.locator("label", has_text="Standard delivery with USPS")
        expect(option).to_contain_text("$7.90")
        option.get_by_role("radio").check()
        self.alice.click("Continue to review")
        expect(page.get_by_role("main")).to_contain_text("Standard delivery with USPS")

    def a3_the_shop_buys_that_label(self) -> None:
        """By a single call: nothing was asked for before it."""
        self.alice.click("Place order", exact=False)
        (sold,) = until(self.world.ledger, 20)
        assert sold["metadata"].startswith("qs1:")
        self.one_call_was_made()

    def it_is_found_on_the_newest_page(self) -> None:
        """By our reference alone, for no rate is known; and it is the only one sold."""
        until(lambda: self.parcel.tracking_number, 20)
        (sold,) = self.world.ledger()
        assert self.number == sold["tracking_number"]
        assert self.parcel.labelled_via is Via.LIST
        assert [one.state for one in self.parcel.intents] == [IntentState.PURCHASED]
        self.one_call_was_made()

    def and_the_customer_is_told_once(self) -> None:
        """Also when the lost webhooks come after all."""
        until(lambda: self.world.mail() and self.world.sms(), 20)
        self.world.lift_policy()
        self.world.redeliver(last=9)
        until(self.heard_of_the_label, 20)
        assert sorted(m.channel for m in session.query(Message)) == [Channel.MAIL, Channel.SMS]
        assert len(self.world.mail()) == len(self.world.sms()) == 1

    def the_desk_says_what_it_cost(self) -> None:
        (sold,) = self.world.ledger()
        until(lambda: self.parcel.cost == Money.of(sold["amount"], "USD"), 20)
        self.merchant.sign_in("admin@quayside.test")
        main = self.merchant.go(f"/admin/orders/{self.order.number}").get_by_role("main")
        expect(main).to_contain_text(self.number_as_read)
        expect(main).to_contain_text(f"${sold['amount']}, expected $8.40")

    def heard_of_the_label(self) -> bool:
        """Whether its webhook came after all."""
        return bool(self._events("transaction_created") + self._events("transaction_updated"))

    def one_call_was_made(self) -> None:
        assert len(self.world.requests("POST", "/transactions")) == 1
        assert self.world.requests("POST", "/shipments") == []


@pytest.mark.settings(**SLOW_POLLING)
@pytest.mark.usefixtures("rows")
def test_from_a_fixed_price_to_the_carriers_page(outside: World, shop: Shop) -> None:
    with visitors(shop, axe=False) as (alice, merchant):
        story = Single(alice, merchant, outside, shop)
        story.the_merchant_fixes_prices()
        story.alice_chooses_standard_delivery()
        story.from_the_purchase_on()
        story.one_call_was_made()
        assert alice.faults + merchant.faults == []


@pytest.mark.settings(reconcile_interval_s=600.0)
@pytest.mark.usefixtures("rows")
def test_a_label_whose_answer_and_webhook_are_lost_is_found_on_the_newest_page(
    outside: World, shop: Shop
) -> None:
    make.fixed()
    outside.fault("POST", "/transactions", "commit_then_drop")
    outside.policy(drop_every=1)
    with visitors(shop) as (alice, merchant):
        story = Single(alice, merchant, outside, shop)
        story.alice_chooses_standard_delivery()
        story.a3_the_shop_buys_that_label()
        story.it_is_found_on_the_newest_page()
        story.and_the_customer_is_told_once()
        story.the_desk_says_what_it_cost()
        assert alice.faults + merchant.faults == []
