"""At the desk: how prices came about, asking again, and choosing where the policy asks."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from shop import choices, circuit, purchases, renewals
from shop.db import now, session
from shop.drift import Policy
from shop.models import Parcel
from shop.values import LabelWhen, Money, ParcelState, Verdict
from tests import make
from tests.jobs.test_quotes import bought, on_fallback, placed
from tests.visit import Page, visit
from tests.world import World


def order_page(client: FlaskClient, parcel: Parcel) -> Page:
    return visit(client, f"/admin/orders/{parcel.order.number}")


def left_to_a_person(world: World, work) -> Parcel:
    """Its rate is gone, and everything costs 40 % more."""
    parcel = placed()
    bought(parcel)
    world.world_journey("price_up_40")
    work.until(lambda: bool(parcel.decisions))
    assert parcel.state is ParcelState.NEEDS_RATE
    return parcel


# How these prices came about


def test_the_page_tells_what_every_carrier_quoted_and_what_was_left_out(
    client: FlaskClient, world: World
):
    parcel = placed()
    page = order_page(make.signed_in(client, make.vera()), parcel)
    (fold,) = page.all("details.fold")
    text = " ".join(fold.get_text(" ").split())
    assert "How these prices came about" in text
    assert "Box S" in text
    assert "kg with packing" in text
    for quote in parcel.order.quote.run.quotes:
        assert quote.title in text
    assert text.count("The customer’s choice") == 1
    assert "not set up for this" in text


def rate(name: str, amount: str, currency: str = "USD", provider: str = "USPS") -> dict[str, Any]:
    """One rate as Shippo tells it."""
    service = {"name": name, "token": f"{provider}_{name}".lower()}
    told = {"object_id": uuid4().hex, "provider": provider, "servicelevel": service}
    return {**told, "amount": amount, "currency": currency, "estimated_days": 3}


def test_what_is_left_out_stands_there_with_the_reason(client: FlaskClient, world: World):
    told = [
        rate("Ground", "7.10"),
        rate("Ground", "7.90"),
        rate("Worldwide", "5.00", "CAD", "DHL"),
        rate("Saver", "6.00", provider="UPS"),
    ]
    body = json.dumps({"object_id": "a" * 32, "rates": told, "messages": []})
    world.fault("POST", "/shipments", "status", code=201, body=body)
    parcel = placed(address={**make.HOME.to_json(), "street1": "PO Box 12"})
    page = order_page(make.signed_in(client, make.vera()), parcel)
    rows = [" ".join(row.get_text(" ").split()) for row in page.all(".fold tbody tr")]
    assert rows == [
        "USPS Ground 3 days The customer’s choice $7.10",
        "DHL Worldwide 3 days Priced in another currency CA$5.00",
        "UPS Saver 3 days Does not deliver to this kind of address $6.00",
        "USPS Ground 3 days The same service costs less with another account $7.90",
    ]
    assert "one offered, 3 left out" in page.text


def test_for_our_own_prices_it_tells_why(client: FlaskClient, world: World):
    parcel = on_fallback(world)
    page = order_page(make.signed_in(client, make.vera()), parcel)
    (fold,) = page.all("details.fold")
    text = " ".join(fold.get_text(" ").split())
    assert "Why not live" in text
    assert "the connection broke" in text
    assert "Standard delivery" in text


def test_who_lost_a_rate_that_the_policy_took_before_is_not_told_to_choose(client: FlaskClient):
    parcel = placed()
    quote = parcel.order.quote
    agreed = (quote, quote.price)
    parcel.decisions.append(
        renewals.decision(quote.run, Verdict.SAME, agreed, agreed, "It had expired.")
    )
    parcel.wait_for(ParcelState.NEEDS_RATE, "Gone.")
    parcel.rate_id = parcel.requote_at = None
    session.commit()
    page = order_page(make.signed_in(client, make.pat()), parcel)
    assert "Nobody is asking the carriers" in page.text
    assert "The policy does not allow any of the offers" not in page.text


def test_what_a_carrier_says_is_shown_word_for_word(client: FlaskClient, world: World):
    world.world_journey("carrier_down", carrier="ups")
    page = order_page(make.signed_in(client, make.vera()), placed())
    assert "The carrier did not answer in time. Please try again later." in page.text
    assert not any("did not answer" in tag.get_text() for tag in page.all("[id^=noise-]"))


def test_asked_for_again_is_explained_beside_the_first(client: FlaskClient, world: World, work):
    parcel = left_to_a_person(world, work)
    page = order_page(make.signed_in(client, make.vera()), parcel)
    assert len(page.all("details.fold")) == 2
    assert "Prices asked for again" in page.text


def test_half_of_the_carriers_refusing_hides_nobody_elses_rate(client: FlaskClient, world: World):
    world.world_journey("half_refuse")
    parcel = placed()
    assert parcel.state is ParcelState.NEEDS_LABEL
    page = order_page(make.signed_in(client, make.vera()), parcel)
    assert "Hard: Too Many Requests" in page.text


# Asking again


def test_the_card_tells_when_carriers_are_asked_again_and_staff_need_not_wait(
    client: FlaskClient, world: World, work
):
    parcel = on_fallback(world)
    make.signed_in(client, make.pat())
    page = order_page(client, parcel)
    assert "asked again by themselves" in page.text
    page = page.submit("/requote")
    assert "The carriers are being asked" in page.text
    work.until(lambda: parcel.state is ParcelState.LABELLED)
    page = order_page(client, parcel)
    assert "The same service at the price agreed, or less, by the shop’s policy" in page.text
    assert "Agreed: Standard delivery, $" in page.text


def test_an_expired_price_is_asked_for_again_by_a_press(client: FlaskClient, world: World, work):
    choices.set_label_when(LabelWhen.BY_HAND)
    parcel = placed()
    parcel.rate_until = now()
    session.commit()
    make.signed_in(client, make.pat())
    page = order_page(client, parcel)
    assert "price has expired" in page.text
    page.submit("/requote")
    work()
    session.refresh(parcel)
    assert parcel.state is ParcelState.NEEDS_LABEL
    page = order_page(client, parcel)
    assert f"Buy label – ${parcel.cost_minor / 100:.2f} (test)" in page.text


def test_a_parcel_with_a_rate_that_holds_is_left_alone(client: FlaskClient, world: World):
    parcel = placed()
    make.signed_in(client, make.pat())
    page = order_page(client, parcel)
    assert not page.all("form[action$=requote]")
    token = page.all("input[name=csrf_token]")[0]["value"]
    client.post(f"/admin/shipments/{parcel.id}/requote", data={"csrf_token": token})
    session.refresh(parcel)
    assert parcel.state is ParcelState.NEEDS_LABEL


def test_who_may_not_buy_may_neither_ask_nor_choose(client: FlaskClient, world: World, work):
    parcel = left_to_a_person(world, work)
    make.signed_in(client, make.vera())
    page = order_page(client, parcel)
    assert not page.all("form[action$=requote]")
    assert client.get(f"/admin/shipments/{parcel.id}/rates").status_code == 403
    assert client.post(f"/admin/shipments/{parcel.id}/requote").status_code in (400, 403)


# Choosing


def test_a_person_chooses_an_offer_and_buys_it_at_the_price_on_the_button(
    client: FlaskClient, world: World, work
):
    parcel = left_to_a_person(world, work)
    make.signed_in(client, make.pat())
    page = order_page(client, parcel)
    assert "choose a rate for this parcel" in page.text
    page = visit(client, f"/admin/shipments/{parcel.id}/rates")
    run = parcel.decisions[-1].run
    assert len(page.all(".rate-option")) == len(run.quotes)
    other = run.quotes[1]
    page = visit(client, f"/admin/shipments/{parcel.id}/rates?rate={other.token}")
    assert f"Buy label – ${other.price_minor / 100:.2f} (test)" in page.text
    page = page.submit("/rates")
    assert "bought at the rate you chose" in page.text
    work.until(lambda: parcel.state is ParcelState.LABELLED)
    assert parcel.cost_minor == other.price_minor
    chosen = parcel.decisions[-1]
    assert (chosen.verdict, chosen.now_minor) == (Verdict.CHOSEN, other.price_minor)
    assert chosen.account is not None
    page = order_page(client, parcel)
    assert "Rate asked for again: Left for a person to decide" in page.text
    assert "Rate asked for again: Chosen by staff" in page.text
    assert chosen.account.name in page.text
    assert len(world.ledger()) == 1


def test_without_script_another_choice_is_priced_before_it_is_bought(
    client: FlaskClient, world: World, work
):
    parcel = left_to_a_person(world, work)
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/shipments/{parcel.id}/rates")
    other = parcel.decisions[-1].run.quotes[2]
    page = page.submit("/rates", 422, rate=other.token)
    assert "Nothing was bought yet" in page.text
    assert f"Buy label – ${other.price_minor / 100:.2f} (test)" in page.text
    assert world.ledger() == []
    page.submit("/rates")
    session.refresh(parcel)
    assert parcel.cost_minor == other.price_minor


def test_chosen_in_two_windows_it_is_bought_once(client: FlaskClient, world: World, work):
    parcel = left_to_a_person(world, work)
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/shipments/{parcel.id}/rates")
    page.submit("/rates")
    again = page.submit("/rates")
    assert "does not need a rate any more" in again.text
    work.until(lambda: parcel.state is ParcelState.LABELLED)
    assert len(world.ledger()) == 1


def test_offers_that_are_not_the_newest_any_more_buy_nothing(
    client: FlaskClient, world: World, work
):
    parcel = left_to_a_person(world, work)
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/shipments/{parcel.id}/rates")
    again = order_page(client, parcel).submit("/requote")
    work()
    session.refresh(parcel)
    assert len(parcel.decisions) == 2
    assert again.status == 200
    page = page.submit("/rates")
    assert "not the newest offers" in page.text
    assert world.ledger() == []


def test_where_nobody_offers_anything_it_says_what_they_said(
    client: FlaskClient, world: World, work
):
    parcel = on_fallback(world)
    body = '{"object_id": "x", "rates": [], "messages": [{"source": "UPS", "text": "No such ZIP"}]}'
    world.fault("POST", "/shipments", "status", code=201, body=body)
    make.signed_in(client, make.pat())
    order_page(client, parcel).submit("/requote")
    work()
    page = visit(client, f"/admin/shipments/{parcel.id}/rates")
    assert "No carrier has offered a rate" in page.text
    assert "UPS: No such ZIP" in page.text


def test_a_rate_a_person_chose_is_the_new_measure(client: FlaskClient, world: World, work):
    choices.set_label_when(LabelWhen.BY_HAND)
    parcel = left_to_a_person(world, work)
    make.signed_in(client, make.pat())
    world.fault(
        "POST", "/transactions", "status", code=400, body='{"rate": ["x not found."]}', times=1
    )
    visit(client, f"/admin/shipments/{parcel.id}/rates").submit("/rates")
    work.until(lambda: parcel.state is ParcelState.LABELLED)
    session.refresh(parcel)
    verdicts = [row.verdict for row in parcel.decisions]
    assert verdicts == [Verdict.ASKED, Verdict.CHOSEN, Verdict.SAME]


# The policy and the breaker


def test_ada_sets_the_policy_and_pat_may_not(client: FlaskClient):
    make.signed_in(client, make.ada())
    page = visit(client, "/admin/settings")
    assert "Up to $1.00 and 5 % more is absorbed." in page.text
    page = visit(client, "/admin/settings/drift")
    for wrong in ({"amount": "x"}, {"amount": "-1"}, {"percent": "101"}, {"percent": ""}):
        page.submit("/settings/drift", 422, **wrong)
    saved = page.submit("/settings/drift", amount="2.5", percent="12")
    assert "Up to $2.50 and 12 % more is absorbed." in saved.text
    assert choices.drift_policy() == Policy(absorb=Money(2_50), percent=12, swap=True)
    assert client.get("/admin/settings").status_code == 200
    make.signed_in(client, make.pat())
    assert client.get("/admin/settings/drift").status_code == 403


def test_the_desk_says_whether_shippo_answers_and_what_waits(client: FlaskClient, world: World):
    make.signed_in(client, make.pat())
    assert "Answers" in visit(client, "/admin/").text
    on_fallback(world)
    for _ in range(5):
        circuit.told(circuit.leave(), purchases.Unavailable("no answer within 2 s"))
    session.commit()
    text = visit(client, "/admin/").text
    assert "Left alone until" in text
    assert "no answer within 2 s" in text
    assert "One parcel waits for a rate" in text
