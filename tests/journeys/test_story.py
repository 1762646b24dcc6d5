"""The whole story, in a real browser, against real processes: every arrow A1 … A17 by name.

What an arrow did is asserted on its other side: the sandbox's ledger and request log, its mailbox
and phone, the carrier's page that was reached.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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


@pytest.mark.settings(**SLOW_POLLING)
@pytest.mark.usefixtures("rows")
def test_from_the_checkout_to_the_carriers_page(
    people: tuple[Visitor, Visitor], outside: World, shop: Shop
) -> None:
    alice, merchant = people
    story = Story(alice, merchant, outside, shop)
    story.a1_the_shop_asks_shippo_for_rates()
    story.a2_the_shopper_sees_the_rates_and_selects_one()
    story.a3_the_shop_buys_that_label()
    story.a4_number_and_label_come_back_by_webhook()
    story.a5_the_number_stands_on_the_desk()
    story.a6_staff_look_a_number_up_at_shippo()
    story.a7_and_see_its_status_and_history()
    story.a9_the_customer_is_told_by_mail_and_text()
    story.a10_the_number_and_link_stand_in_the_portal()
    story.a11_the_mails_link_leads_to_the_carrier()
    story.a12_so_does_the_portals()
    story.a13_the_carrier_scans_the_parcel()
    story.a14_shippo_tells_the_shop()
    story.a8_the_desk_shows_it_without_reloading()
    story.a15_trouble_raises_an_alert()
    story.a16_and_the_customer_hears_of_it_once()
    story.a17_staff_contact_the_carrier_and_log_it()
    assert alice.faults + merchant.faults == []
