"""At the desk: live rates or fixed prices, and by which services their labels are bought."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from shop import choices
from shop.db import session
from shop.fixed import FixedOption
from shop.values import CarrierAccount, Money, QuoteSource, Service
from tests import make
from tests.visit import Page, visit
from tests.world import World

ADDRESS = "/admin/settings/delivery"


def opened(client: FlaskClient) -> Page:
    """Ada's page once what can be bought is known."""
    page = visit(make.signed_in(client, make.ada()), ADDRESS)
    return page if page.all("#standard-service") else page.submit(ADDRESS, source="fixed")


def services(page: Page) -> dict[str, str]:
    """What can be chosen for the standard option: names and their words in the form."""
    found = page.all("#standard-service option")
    return {option.get_text(strip=True): str(option["value"]) for option in found}


def service(page: Page, name: str) -> str:
    """One of them; where its carrier has several accounts, of the first."""
    return next(value for words, value in services(page).items() if words.startswith(name))


def filled(page: Page, **changed: str) -> dict[str, Any]:
    """A form about standard delivery that is right, changed as given."""
    right = {
        "source": "fixed",
        "standard-name": "Standard delivery",
        "standard-price": "7.90",
        "standard-days": "4",
        "standard-service": service(page, "USPS Ground Advantage"),
        "standard-cost": "8.40",
    }
    return right | {name.replace("_", "-"): text for name, text in changed.items()}


EXPRESS = {
    "express_name": "Express delivery",
    "express_price": "$19.90",
    "express_days": "2",
    "express_cost": "21",
}


def errors(page: Page) -> list[str]:
    return [tag.get_text(" ", strip=True) for tag in page.all(".error-summary li")]


def calls(world: World) -> int:
    return len(world.requests("GET", "/carrier_accounts"))


# Choosing


def test_at_first_rates_are_live_and_looking_at_the_page_asks_nobody(
    client: FlaskClient, world: World
):
    page = visit(make.signed_in(client, make.ada()), "/admin/settings")
    assert "Live rates: carriers are asked at every checkout." in page.text
    page = visit(client, ADDRESS)
    assert page.all('input[value="live"][checked]')
    assert not page.all("#standard-service")
    assert calls(world) == 0


def test_going_on_with_fixed_prices_loads_what_the_accounts_sell(client: FlaskClient, world: World):
    page = opened(client)
    assert page.all('input[value="fixed"][checked]')
    assert "services are listed" in page.text
    assert page.all('#standard-service optgroup[label="USPS"]')
    assert calls(world) == 1
    assert choices.fixed_options() == ()
    assert str(page.all("#standard-name")[0]["value"]) == "Standard delivery"


def test_ada_sets_two_options_and_the_checkout_offers_them(client: FlaskClient, world: World):
    page = opened(client)
    express = {**EXPRESS, "express_service": service(page, "UPS 2nd Day Air®")}
    page = page.submit(ADDRESS, **filled(page, **express))
    assert "Saved. It holds for checkouts from now on." in page.text
    assert "Standard delivery, $7.90, bought as USPS Ground Advantage." in page.text
    assert "Express delivery, $19.90, bought as UPS 2nd Day Air®." in page.text
    standard, quick = choices.fixed_options()
    assert (standard.price, standard.cost) == (Money(7_90), Money(8_40))
    assert (quick.price, quick.days, quick.cost) == (Money(19_90), 2, Money(21_00))
    assert (quick.carrier, quick.service) == ("ups", "ups_second_day_air")
    quoted = make.placed().quote.run
    assert quoted.source is QuoteSource.FIXED
    assert [quote.title for quote in quoted.quotes] == ["Standard delivery", "Express delivery"]


def test_express_left_empty_is_not_offered_and_free_is_a_price(client: FlaskClient, world: World):
    page = opened(client)
    page = page.submit(ADDRESS, **filled(page, standard_price="0"))
    assert "Standard delivery, free, bought as USPS Ground Advantage." in page.text
    (only,) = choices.fixed_options()
    assert only.price == Money(0)


def test_what_was_set_is_shown_and_kept_while_rates_are_live(client: FlaskClient, world: World):
    options = make.fixed()
    page = opened(client)
    assert str(page.all("#express-price")[0]["value"]) == "19.90"
    page = page.submit(ADDRESS, source="live")
    assert "Live rates" in page.text
    assert choices.fixed_options() == ()
    assert choices.kept_options() == options
    page = visit(client, ADDRESS)
    assert page.all('input[value="live"][checked]')
    page.submit(ADDRESS, source="fixed")
    assert choices.fixed_options() == options


# What is wrong


def test_each_mistake_is_named_and_what_was_typed_stays(client: FlaskClient, world: World):
    page = opened(client)
    wrong = filled(
        page,
        standard_name="",
        standard_price="seven",
        standard_days="0",
        standard_service="",
        standard_cost="0",
    )
    page = page.submit(ADDRESS, 422, **wrong)
    assert errors(page) == [
        "Enter a name for standard delivery.",
        "“seven” is no amount. Write it like 7.90.",
        "Enter the working days standard delivery takes, from 1 to 30.",
        "Choose the service the label of standard delivery is bought by.",
        "A label costs something: enter more than 0.",
    ]
    assert "5 things to correct" in page.text
    assert str(page.all("#standard-price")[0]["value"]) == "seven"
    assert choices.fixed_options() == ()


def test_an_express_option_begun_must_be_finished(client: FlaskClient, world: World):
    page = opened(client)
    page = page.submit(ADDRESS, 422, **filled(page, express_price="19.90"))
    assert errors(page) == [
        "Enter a name for express delivery.",
        "Enter the working days express delivery takes, from 1 to 30.",
        "Choose the service the label of express delivery is bought by.",
        "Enter what a label of express delivery costs as a rule.",
    ]


def test_two_options_may_not_bear_one_name(client: FlaskClient, world: World):
    page = opened(client)
    express = {**EXPRESS, "express_service": service(page, "UPS 2nd Day Air®")}
    same = filled(page, **{**express, "express_name": "standard delivery"})
    page = page.submit(ADDRESS, 422, **same)
    assert errors(page) == ["Give express delivery a name of its own."]


def test_amounts_are_dollars_and_cents_and_not_too_many(client: FlaskClient, world: World):
    page = opened(client)
    for typed, told in (
        ("7.905", "“7.905” is no amount. Write it like 7.90."),
        ("-1", "“-1” is no amount. Write it like 7.90."),
        ("1000.01", "Enter 1,000 at most."),
        ("", "Enter what the shopper pays for standard delivery, 0 if it is free."),
    ):
        wrong = page.submit(ADDRESS, 422, **filled(page, standard_price=typed))
        assert errors(wrong) == [told]


def test_days_are_a_number_of_days(client: FlaskClient, world: World):
    page = opened(client)
    for typed in ("00301", "31", "1.5", "-1", "٣", "9" * 5000):
        wrong = page.submit(ADDRESS, 422, **filled(page, standard_days=typed))
        assert errors(wrong) == ["Enter the working days standard delivery takes, from 1 to 30."]


def test_a_service_that_is_not_on_the_list_is_not_taken(client: FlaskClient, world: World):
    page = opened(client)
    page.submit(ADDRESS, 422, **filled(page, standard_service="0:usps_priority"))
    page.submit(ADDRESS, 422, **filled(page, source="never"))
    assert choices.fixed_options() == ()


# What Shippo sells


def test_loading_again_keeps_what_was_typed(client: FlaskClient, world: World):
    page = opened(client)
    page = page.submit(ADDRESS, act="load", **filled(page, standard_price="6.66"))
    assert str(page.all("#standard-price")[0]["value"]) == "6.66"
    assert page.all("#standard-service option[selected]")[0].get_text() == "USPS Ground Advantage"
    assert calls(world) == 2
    assert choices.fixed_options() == ()


def test_when_shippo_does_not_answer_nothing_is_lost(client: FlaskClient, world: World):
    world.fault("GET", "/carrier_accounts", "drop_before", times=9)
    page = opened(client)
    assert "The services could not be loaded" in page.text
    assert not page.all("#standard-service")
    world.clear_faults()
    page = page.submit(ADDRESS, source="fixed")
    world.fault("GET", "/carrier_accounts", "status", code=500, times=9)
    page = page.submit(ADDRESS, act="load", **filled(page))
    assert "The services could not be loaded" in page.text
    assert len(services(page)) > 10


def test_two_accounts_of_a_carrier_are_told_apart_by_the_end_of_their_ids(client: FlaskClient):
    sold = (Service(token="usps_priority", name="Priority Mail"),)
    two = [
        CarrierAccount(id=end * 32, carrier="usps", carrier_name="USPS", services=sold)
        for end in "ab"
    ]
    choices.set_carrier_accounts(two)
    session.commit()
    page = opened(client)
    groups = [str(group["label"]) for group in page.all("#standard-service optgroup")]
    assert groups == ["USPS, account …aaaa", "USPS, account …bbbb"]
    names = ["USPS Priority Mail (…aaaa)", "USPS Priority Mail (…bbbb)"]
    assert list(services(page)) == ["Choose a service", *names]


def test_a_service_shippo_no_longer_lists_must_be_chosen_again(client: FlaskClient, world: World):
    standard, express = make.fixed()
    gone = FixedOption.from_json({**standard.to_json(), "service": "usps_gone"})
    choices.set_fixed_options([gone, express])
    session.commit()
    page = opened(client)
    assert "Choose another service for Standard delivery" in page.text
    assert "Choose another service for Express delivery" not in page.text
    assert "Shippo no longer lists its service" in visit(client, "/admin/settings").text
    page = page.submit(ADDRESS, 422)
    assert errors(page) == ["Choose the service the label of standard delivery is bought by."]


# Who may


def test_only_who_manages_settings_may_see_or_set_them(client: FlaskClient, world: World):
    make.signed_in(client, make.pat())
    assert client.get(ADDRESS).status_code == 403
    token = str(visit(client, "/admin/").all("input[name=csrf_token]")[0]["value"])
    said = {"csrf_token": token, "source": "fixed", "act": "load"}
    assert client.post(ADDRESS, data=said).status_code == 403
    assert calls(world) == 0
