"""What the shopper pays for delivery, and when it arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shop import rates, zones
from shop.packing import Item, pack
from shop.values import LeftOut, Money, Rate
from tests.make import HOME

TUESDAY_NOON = datetime(2027, 3, 9, 20, tzinfo=UTC)  # noon in Tacoma
TUESDAY_3PM = datetime(2027, 3, 9, 23, tzinfo=UTC)
FRIDAY_3PM = datetime(2027, 3, 12, 23, tzinfo=UTC)


def rate(service: str, cents: int, days: int | None, **more: object) -> Rate:
    return Rate(
        **{
            "id": service * 2,
            "carrier": "usps",
            "carrier_name": "USPS",
            "service": service,
            "service_name": service.title(),
            "price": Money(cents),
            "days": days,
            **more,
        }
    )


GROUND, PRIORITY, EXPRESS = (
    rate("ground", 640, 5),
    rate("priority", 945, 2),
    rate("express", 3460, 1),
)


def offered(*found: Rate, goods: int = 48_00, to=HOME):
    return rates.offers(found, Money(goods), to, TUESDAY_NOON)


def test_options_come_cheapest_first_with_one_badge_a_row():
    found = offered(EXPRESS, GROUND, PRIORITY)
    assert [(o.service, o.badge) for o in found] == [
        ("ground", "cheapest"),
        ("priority", ""),
        ("express", "fastest"),
    ]


def test_the_same_service_from_two_accounts_is_offered_once_at_the_lower_price():
    dearer = replace(GROUND, id="other", price=Money(700))
    assert [o.price for o in offered(dearer, GROUND)] == [Money(640)]


def test_a_rate_in_another_currency_is_left_out():
    assert offered(replace(GROUND, price=Money(640, "CAD"))) == []


def test_from_120_dollars_the_cheapest_is_free_and_says_what_it_was():
    cheapest = offered(GROUND, PRIORITY, goods=120_00)[0]
    assert (cheapest.price, cheapest.was, cheapest.cost) == (Money(0), Money(640), Money(640))


def test_free_delivery_does_not_reach_alaska():
    alaska = replace(HOME, state="AK")
    assert offered(GROUND, goods=200_00, to=alaska)[0].price == Money(640)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (TUESDAY_NOON, date(2027, 3, 9)),
        (TUESDAY_3PM, date(2027, 3, 10)),
        (FRIDAY_3PM, date(2027, 3, 15)),
    ],
)
def test_a_parcel_leaves_today_until_two_and_never_at_the_weekend(now, leaves):
    assert rates.ship_day(now) == leaves


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2027, 3, 8, 19, 50, tzinfo=UTC), timedelta(hours=2, minutes=10)),  # Monday 11:50
        (datetime(2027, 3, 8, 22, 0, tzinfo=UTC), None),  # Monday 14:00
        (datetime(2027, 3, 13, 18, 0, tzinfo=UTC), None),  # Saturday
        (datetime(2026, 11, 26, 18, 0, tzinfo=UTC), None),  # Thanksgiving
    ],
)
def test_the_time_left_is_told_only_on_a_day_when_parcels_leave(now, left):
    assert rates.time_left(now) == left


def test_a_promise_counts_business_days_and_allows_one_more():
    promise = rates.promise(TUESDAY_NOON, 2, exact=False)
    assert (promise.first, promise.last) == (date(2027, 3, 11), date(2027, 3, 12))


def test_a_promise_over_a_weekend_ends_on_monday():
    promise = rates.promise(TUESDAY_NOON, 3, exact=False)
    assert (promise.first, promise.last) == (date(2027, 3, 12), date(2027, 3, 15))


def test_a_promise_over_a_holiday_counts_it_for_no_day():
    """Ordered on the Tuesday before Thanksgiving."""
    promise = rates.promise(datetime(2026, 11, 24, 20, tzinfo=UTC), 2, exact=False)
    assert (promise.first, promise.last) == (date(2026, 11, 27), date(2026, 11, 30))


def test_without_an_estimate_we_promise_late_rather_than_early():
    assert rates.promise(TUESDAY_NOON, None, exact=False).first == date(2027, 3, 16)


def test_our_own_rates_grow_with_the_weight_and_carry_no_rate_of_a_carrier():
    light = rates.fallback(pack([]), Money(10_00), HOME, TUESDAY_NOON)
    heavy = rates.fallback(replace(pack([]), weight_g=9_000), Money(10_00), HOME, TUESDAY_NOON)
    assert [o.rate_id for o in light] == [None, None]
    assert light[0].price.minor < heavy[0].price.minor


def test_goods_go_in_the_smallest_box_that_takes_them():
    mug = Item(length_mm=120, width_mm=110, height_mm=100, weight_g=400)
    assert pack([mug]).box == "Box S"
    assert pack([replace(mug, quantity=6)]).box == "Box M"
    assert pack([replace(mug, length_mm=440)]).box == "Box XL"


def test_a_parcel_weighs_what_is_in_it_and_the_box():
    mug = Item(length_mm=120, width_mm=110, height_mm=100, weight_g=400, quantity=2)
    assert pack([mug]).weight_g == 920 + (0 if pack([mug]).box == "Box S" else 100)


def test_what_fits_no_box_goes_in_the_largest():
    assert pack([Item(length_mm=2000, width_mm=10, height_mm=10, weight_g=1)]).box == "Box 3XL"


# Where only the post delivers, and how far it is


@pytest.mark.parametrize(
    "street",
    ["PO Box 12", "P.O. Box 12", "P. O. BOX 12", "p o box 12", "POB 12", "Post Office Box 12"],
)
def test_a_post_office_box_is_known_by_any_of_its_names(street):
    assert zones.only_by_post(replace(HOME, street1=street))
    assert zones.only_by_post(replace(HOME, street2=street))


@pytest.mark.parametrize(
    "street", ["12 Po Boxwood Ln", "12 Pobst St", "1 Compo Box Rd", "14 Poe Ave", "12 Boxer St"]
)
def test_a_street_that_sounds_like_one_is_none(street):
    assert not zones.only_by_post(replace(HOME, street1=street, street2=""))


@pytest.mark.parametrize(
    "to",
    [
        replace(HOME, state="AE", city="APO"),
        replace(HOME, state="AP", city="FPO"),
        replace(HOME, city="DPO"),
        replace(HOME, street2="APO AE 09012"),
    ],
)
def test_the_forces_are_reached_by_post_alone(to):
    assert zones.zone(to) is zones.Zone.FORCES
    assert zones.only_by_post(to)


def test_where_only_the_post_delivers_nobody_else_is_offered_and_the_reason_is_kept():
    box = replace(HOME, street1="PO Box 12")
    ups = rate("ups_ground", 500, 2, carrier="ups", carrier_name="UPS")
    assert [o.service for o in offered(ups, GROUND, to=box)] == ["ground"]
    heard = rates.sifted([ups, GROUND], "USD", box)
    assert [one.left_out for one in heard] == [LeftOut.UNREACHED, None]
    assert [o.service for o in offered(ups, GROUND)] == ["ups_ground", "ground"]


def test_what_is_left_out_says_why():
    dearer = replace(GROUND, id="other", price=Money(700))
    foreign = replace(PRIORITY, price=Money(1, "CAD"))
    heard = rates.sifted([dearer, foreign, GROUND], "USD", HOME)
    assert [(one.rate.id, one.left_out) for one in heard] == [
        (PRIORITY.id, LeftOut.CURRENCY),
        (GROUND.id, None),
        ("other", LeftOut.DEARER),
    ]
    assert heard[2].to_json()["left_out"] == "dearer"


@pytest.mark.parametrize("weight", [500, 3_000, 9_000])
def test_our_own_prices_grow_with_the_distance(weight):
    box = replace(pack([]), weight_g=weight)
    near, far, beyond = (
        rates.fallback(box, Money(10_00), replace(HOME, state=state), TUESDAY_NOON)
        for state in ("OR", "NY", "HI")
    )
    prices = [[o.price.minor for o in zone] for zone in (near, far, beyond)]
    assert prices[0] < prices[1] < prices[2]
    assert near[0].promise.last < far[0].promise.last < beyond[0].promise.last


@pytest.mark.parametrize("to", [replace(HOME, state="AE"), replace(HOME, street1="PO Box 1")])
def test_nothing_is_promised_fast_where_only_the_post_delivers(to):
    found = rates.fallback(pack([]), Money(10_00), to, TUESDAY_NOON)
    assert [o.service for o in found] == ["standard"]
