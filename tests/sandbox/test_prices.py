"""The price engine and the numbers on the labels: plain values, no wire."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from sandbox.carriers.countries import CENT, NAMES, code_of, customs_between
from sandbox.carriers.places import STATE_OF, only_by_post
from sandbox.carriers.prices import INCHES, Quote, attributes, billable, marked_up, quotes
from sandbox.carriers.templates import TEMPLATES
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


def test_extras_are_paid_for_in_the_senders_money() -> None:
    signed = {
        "signature_confirmation": "STANDARD",
        "insurance": {"amount": "100", "currency": "USD"},
    }
    plain, dearer = (quotes(SENDER, RECIPIENT, [PARCEL], extra)[0] for extra in ({}, signed))
    assert dearer.amount - plain.amount == Decimal("3.70") + Decimal("1.25")
    assert (plain.insurance, dearer.insurance) == (None, Decimal("1.25"))
    london = {**SENDER, "country": "GB", "zip": "SE1 9PZ"}
    there = quotes(london, london, [PARCEL], signed)[0]
    assert there.currency == "GBP"
    assert there.insurance == (Decimal(100) / Decimal("1.27") * Decimal("0.0125")).quantize(CENT)


def test_each_parcel_may_be_insured_for_itself_and_abroad_costs_more() -> None:
    insured = {**PARCEL, "extra": {"insurance": {"amount": "200", "currency": "USD"}}}
    quote = next(q for q in quotes(SENDER, RECIPIENT, [insured, insured]) if q.zone)
    assert quote.insurance == Decimal("5.00")
    london = {**RECIPIENT, "country": "GB", "zip": "SE1 9PZ"}
    assert quotes(SENDER, london, [insured])[0].insurance == Decimal("3.00")


def test_another_account_has_the_same_services_at_another_price() -> None:
    for quote in quotes(SENDER, {**RECIPIENT, "country": "GB"}, [PARCEL]):
        dearer = marked_up(quote, Decimal("1.06"))
        assert dearer.amount == (quote.amount * Decimal("1.06")).quantize(CENT, ROUND_HALF_UP)
        assert dearer.amount_local > quote.amount_local
        assert (dearer.service, marked_up(quote, Decimal(1))) == (quote.service, quote)


def test_a_box_of_the_carriers_goes_with_that_carrier() -> None:
    flat = {**PARCEL, "template": "USPS_MediumFlatRateBox1", "weight": "40"}
    assert [(quote.service.token, quote.amount) for quote in quotes(SENDER, RECIPIENT, [flat])] == [
        ("usps_priority", Decimal("19.15"))
    ]
    london = {**RECIPIENT, "country": "GB", "zip": "SE1 9PZ"}
    assert len(quotes(SENDER, london, [flat])) == 3
    pak = {**PARCEL, "template": "UPS_Express_Pak"}
    assert {quote.service.carrier for quote in quotes(SENDER, RECIPIENT, [pak])} == {"ups"}


def test_every_template_has_a_size_or_says_that_it_has_none() -> None:
    for template in TEMPLATES.values():
        sides = [float(side) for side in (template.length, template.width, template.height)]
        assert all(sides) != template.variable
        assert template.distance_unit in INCHES


def test_prices_of_lanes_that_were_always_there_do_not_move() -> None:
    """Written down once; shops count on them."""
    written = {
        "usps_ground_advantage": "9.38",
        "usps_priority": "14.36",
        "usps_priority_express": "59.30",
        "ups_ground": "15.11",
        "ups_3_day_select": "27.64",
        "ups_second_day_air": "37.13",
        "ups_second_day_air_am": "42.51",
        "ups_next_day_air_saver": "66.06",
        "ups_next_day_air": "72.74",
        "ups_next_day_air_early_am": "90.78",
    }
    found = {
        quote.service.token: f"{quote.amount:.2f}" for quote in quotes(SENDER, RECIPIENT, [PARCEL])
    }
    assert found == written


def test_countries_go_by_code_and_by_name() -> None:
    assert [code_of(said) for said in ("us", "USA", "United Kingdom", " Germany ", "Türkiye")] == [
        *("US", "US", "GB", "DE", "TR")
    ]
    assert (code_of("Atlantis"), code_of("XX"), len(NAMES)) == (None, None, 249)


def test_customs_stand_between_countries_unless_they_are_one_union() -> None:
    assert customs_between("US", "CA")
    assert customs_between("DE", "CH")
    assert not customs_between("DE", "FR")
    assert not customs_between("US", "US")


@pytest.mark.parametrize(
    ("digits", "state"),
    [
        *(("00501", "NY"), ("02108", "MA"), ("20001", "DC"), ("33101", "FL"), ("60601", "IL")),
        *(("73301", "TX"), ("88501", "TX"), ("94105", "CA"), ("96278", "AP"), ("99501", "AK")),
    ],
)
def test_a_zip_code_knows_its_state(digits: str, state: str) -> None:
    assert STATE_OF[digits[:3]] == state


@pytest.mark.parametrize(
    ("place", "only"),
    [
        ({"street1": "P.O. Box 12"}, True),
        ({"street2": "Post Office Box 12"}, True),
        ({"street1": "1 Boxwood Ln"}, False),
        ({"state": "AE"}, True),
        ({"state": "AE", "country": "DE"}, False),
    ],
)
def test_only_the_post_reaches_boxes_and_the_forces(place: dict[str, str], only: bool) -> None:
    assert only_by_post({**RECIPIENT, "street2": "", **place}) is only
