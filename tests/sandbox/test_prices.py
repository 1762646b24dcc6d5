"""The price engine and the numbers on the labels: plain values, no wire."""

from decimal import Decimal

import pytest

from sandbox.carriers.prices import Quote, attributes, billable, quotes
from sandbox.carriers.zones import zone
from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER


def price(service: str, **changed: str) -> Quote:
    found = quotes(SENDER, RECIPIENT, [{**PARCEL, **changed}])
    return next(quote for quote in found if quote.service.token == service)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("94111", "94105", 1),
        ("94111", "95814", 3),
        ("94111", "97209", 5),
        ("94111", "10118", 8),
        ("94111", "96813", 8),
    ],
)
def test_farther_is_a_higher_zone(here: str, there: str, expected: int) -> None:
    assert zone({**SENDER, "zip": here}, {**RECIPIENT, "zip": there}) == expected
    assert zone({**SENDER, "zip": there}, {**RECIPIENT, "zip": here}) == expected


def test_air_is_weighed_as_the_carrier_weighs_it() -> None:
    pillow = {**PARCEL, "length": "20", "width": "20", "height": "10", "weight": "2"}
    assert (billable("ups", pillow), billable("usps", pillow)) == (29, 25)
    assert billable("ups", {**PARCEL, "weight": "5", "mass_unit": "kg"}) == 12
    metric = {
        **PARCEL,
        "length": "25.4",
        "width": "20.32",
        "height": "10.16",
        "distance_unit": "cm",
    }
    assert billable("ups", metric) == billable("ups", PARCEL) == 3


def test_heavier_and_faster_cost_more() -> None:
    assert price("ups_ground").amount < price("ups_ground", weight="20").amount
    order = ["ups_ground", "ups_3_day_select", "ups_second_day_air", "ups_next_day_air"]
    prices = [price(service).amount for service in order]
    assert prices == sorted(prices)
    assert [price(service).days for service in order] == [5, 3, 2, 1]


def test_seventy_pounds_are_too_much_for_usps() -> None:
    carriers = {
        quote.service.carrier for quote in quotes(SENDER, RECIPIENT, [{**PARCEL, "weight": "71"}])
    }
    assert carriers == {"ups"}


def test_money_is_in_the_senders_and_in_the_recipients_currency() -> None:
    london = {**RECIPIENT, "country": "GB", "zip": "SE1 9PZ"}
    quote = quotes(SENDER, london, [PARCEL])[0]
    assert (quote.currency, quote.currency_local) == ("USD", "GBP")
    assert quote.amount_local == (quote.amount / Decimal("1.27")).quantize(Decimal("0.01"))


def test_the_cheapest_the_fastest_and_the_best_are_marked_once() -> None:
    found = quotes(SENDER, RECIPIENT, [PARCEL])
    marked = dict(zip([quote.service.token for quote in found], attributes(found), strict=True))
    assert "CHEAPEST" in marked["usps_ground_advantage"]
    assert "FASTEST" in marked["ups_next_day_air_early_am"]
    assert sum(map(len, marked.values())) == 3
