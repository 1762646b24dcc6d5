"""The whole story, in a real browser, against real processes: every arrow A1 … A17 by name.

What an arrow did is asserted on its other side: the sandbox's ledger and request log, its mailbox
and phone, the carrier's page that was reached.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Visitor
from tests.journeys.story import SLOW_POLLING, Story, visitors
from tests.processes import Shop
from tests.world import World


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def people(shop: Shop, javascript: bool) -> Iterator[tuple[Visitor, Visitor]]:
    with visitors(shop, javascript=javascript) as both:
        yield both


def setup_says_no_more_than_is_known(merchant: Visitor) -> None:
    page = merchant.go("/admin/setup")
    verdict = page.locator(".page-head .pill")
    expect(verdict).to_have_text("Well so far")
    merchant.click("Check now")
    expect(verdict).to_have_text("All is well")


@pytest.mark.settings(**SLOW_POLLING)
@pytest.mark.usefixtures("rows")
def test_from_the_checkout_to_the_carriers_page(
    people: tuple[Visitor, Visitor], outside: World, shop: Shop
) -> None:
    alice, merchant = people
    story = Story(alice, merchant, outside, shop)
    story.a1_the_shop_asks_shippo_for_rates()
    story.a2_the_shopper_sees_the_rates_and_selects_one()
    story.from_the_purchase_on()
    setup_says_no_more_than_is_known(merchant)
    assert alice.faults + merchant.faults == []
