"""A quick label: any address, any parcel, one press, one call, one label."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from shop import choices, headlines, purchases, quick, requotes, spending, telling
from shop.db import session
from shop.gateways.errors import Rejected
from shop.models import Basket, LabelIntent, Message, Order, Parcel, ProviderTransaction
from shop.outside import gateways, world_now
from shop.quick import QuickLabel
from shop.spending import Limits
from shop.values import (
    Hold,
    IntentState,
    MessageState,
    Money,
    ParcelState,
    QuoteSource,
    Standing,
    TrackingStatus,
    Via,
)
from tests import make
from tests.jobs.test_at_once import at_once
from tests.until import until
from tests.visit import Page, visit

PATH = "/admin/quick-label"
TYPED = {
    "name": "Rosa Reyes",
    "company": "Reyes & Daughters",
    "street1": "410 Pine St",
    "street2": "Unit 3",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
    "box": "Box S",
    "weight": "0.6",
    "note": "Replacement mug for Q-10012",
}


def sold(carrier: str = "usps", service: str = "usps_ground_advantage") -> str:
    """The services are known; how a form names one of them."""
    session.commit()
    if not choices.carrier_accounts():
        session.commit()
        choices.set_carrier_accounts(gateways.shippo.carrier_accounts())
        session.commit()
    account = next(one for one in choices.carrier_accounts() if one.carrier == carrier)
    return f"{account.id}:{service}"


def unsold() -> str:
    """A service on the list that nobody sells for a parcel from Tacoma to Seattle."""
    sold()
    account = next(one for one in choices.carrier_accounts() if one.carrier == "chronopost")
    return f"{account.id}:{account.services[0].token}"


def page(client: FlaskClient, who=make.pat) -> Page:
    make.signed_in(client, who())
    return visit(client, PATH)


def pressed(client: FlaskClient, status: int = 200, who=make.pat, **given: str) -> Page:
    """A quick label asked for by Pat, to Rosa, by USPS Ground Advantage, unless told otherwise."""
    fields = {**TYPED, "service": given.pop("service", None) or sold(), **given}
    return page(client, who).submit(PATH, status, **fields)


def bought(client: FlaskClient, work, **given: str) -> Parcel:
    """Its parcel, with the label."""
    pressed(client, **given)
    parcel = session.query(Parcel).one()
    work.until(lambda: parcel.state is ParcelState.LABELLED and not parcel.estimated)
    return parcel


def sent(world) -> list[str]:
    """What was asked of Shippo for money or rates."""
    posts = [*world.requests("POST", "/shipments"), *world.requests("POST", "/transactions")]
    return [f"{one['method']} {one['path']}" for one in posts]


# One press


def test_one_press_is_one_call_and_one_label(client: FlaskClient, world, work):
    told = pressed(client)
    parcel = session.query(Parcel).one()
    assert told.url == f"/admin/orders/{parcel.order.number}"
    assert "The label is being bought" in told.text
    work.until(lambda: parcel.state is ParcelState.LABELLED and not parcel.estimated)
    assert sent(world) == ["POST /transactions"]
    (label,) = world.ledger()
    assert label["tracking_number"] == parcel.tracking_number
    (intent,) = parcel.intents
    assert (label["metadata"], intent.asked_by) == (intent.reference, make.pat().id)
    assert parcel.cost == intent.amount
    assert parcel.order.quote.run.source is QuoteSource.FIXED
    to = parcel.order.to
    assert (to.name, to.company, to.lines[2]) == (
        "Rosa Reyes",
        "Reyes & Daughters",
        "410 Pine St, Unit 3",
    )
    assert (parcel.box.box, parcel.box.weight_g) == ("Box S", 600)


def test_the_desk_shows_what_it_is_for_where_an_order_has_goods(client: FlaskClient, world, work):
    parcel = bought(client, work)
    number = parcel.order.number
    shown = visit(client, f"/admin/orders/{number}")
    assert "Replacement mug for Q-10012" in shown.text
    assert "Nobody is charged: the shop pays the label." in shown.text
    assert "No e-mail address, so no updates" in shown.text
    for word in ("Promised", "Left over", "Order total", "Customer paid"):
        assert word not in shown.text
    listed = visit(client, "/admin/orders?q=replacement+mug").text
    assert number in listed
    assert "Quick label: Replacement mug for Q-10012" in listed
    assert "No day" in listed
    assert visit(client, f"/admin/shipments/{parcel.id}").text.count("No day") == 2
    assert number in visit(client, "/admin/shipments").text
    stats = visit(client, "/admin/").all(".stat")
    orders = next(stat for stat in stats if "Orders today" in stat.get_text())
    assert orders.select_one(".stat-number").get_text(strip=True) == "0"


def test_orders_and_shipments_lead_to_it_and_an_order_brings_its_address(client: FlaskClient, app):
    make.signed_in(client, make.pat())
    order = make.labelled().order
    for place in ("/admin/orders", "/admin/shipments"):
        assert visit(client, place).all(f'a[href="{PATH}"]')
    (link,) = visit(client, f"/admin/orders/{order.number}").all(f'a[href^="{PATH}?"]')
    form = visit(client, str(link["href"])).form(PATH)
    held = {field["name"]: field.get("value") for field in form.select("input[name]")}
    assert (held["name"], held["street2"], held["zip"]) == ("Alice Archer", "Apt 5", "97214")
    assert held["note"] == f"For {order.number}"


def test_its_own_size_may_be_given(client: FlaskClient, world, work):
    size = {"box": "own", "length": "20", "width": "32.5", "height": "4", "weight": "1.25"}
    box = bought(client, work, **size).box
    assert (box.length_mm, box.width_mm, box.height_mm, box.weight_g) == (325, 200, 40, 1250)


# Twice


def test_the_same_form_sent_twice_buys_one_label(client: FlaskClient, world, work):
    form, service = page(client), sold()
    first = form.submit(PATH, **TYPED, service=service)
    work()
    for change in ({"city": "Spokane"}, {"weight": "nothing"}):
        again = form.submit(PATH, **{**TYPED, **change}, service=service)
        assert again.url == first.url
        assert "This form was sent before" in again.text
    work()
    assert session.query(Order).one().to.city == "Seattle"
    assert sent(world) == ["POST /transactions"]


def test_sent_six_times_at_once_it_is_one_order_and_one_label(app, world, work):
    service, pat = sold(), make.pat()
    token = page(make.signed_in(app.test_client(), pat)).form(PATH).select_one("#token")["value"]
    clients = [make.signed_in(app.test_client(), pat) for _ in range(6)]
    answers: list[str] = []

    def press() -> None:
        form = clients.pop()
        shown = form.get(PATH).get_data(as_text=True)
        csrf = shown.split('name="csrf_token" value="')[1].split('"')[0]
        fields = {**TYPED, "service": service, "token": token, "csrf_token": csrf}
        answers.append(form.post(PATH, data=fields).headers["Location"])

    at_once(app, 6, press)
    work()
    assert len(set(answers)) == 1
    assert session.query(Order).count() == 1
    assert sent(world) == ["POST /transactions"]


def test_a_form_named_like_a_shoppers_basket_is_refused(client: FlaskClient, world):
    order = make.order()
    token = session.get_one(Basket, order.basket_id).token
    service = sold()
    assert page(client).submit(PATH, 400, **TYPED, service=service, token=token)
    assert page(client).submit(PATH, 400, **TYPED, service=service, token="x")
    assert session.query(LabelIntent).count() == 0


# When it does not go well


def test_a_lost_answer_is_found_again(client: FlaskClient, world, work):
    world.fault("POST", "/transactions", "commit_then_drop")
    parcel = bought(client, work)
    assert sent(world) == ["POST /transactions"]
    (label,) = world.ledger()
    assert parcel.tracking_number == label["tracking_number"]


def test_a_refusal_says_why_and_another_service_is_tried_for_the_same_order(
    client: FlaskClient, world, work
):
    told = pressed(client, service=unsold())
    order = session.query(Order).one()
    work()
    told = visit(client, told.url)
    assert order.parcels[0].state is ParcelState.NEEDS_LABEL
    assert order.parcels[0].why in told.text
    change = f"/admin/orders/{order.number}/quick-label"
    form = visit(client, change)
    assert order.parcels[0].why in form.text
    assert form.soup.select_one("#name")["value"] == "Rosa Reyes"
    assert form.soup.select_one(f'option[value="{unsold()}"]').has_attr("selected")
    form.submit(change, service=sold(), weight="0.5", street1="412 Pine St")
    work.until(lambda: order.parcels[0].state is ParcelState.LABELLED)
    assert session.query(Order).count() == 1
    assert (order.to.street1, order.parcels[0].box.weight_g) == ("412 Pine St", 500)
    assert [intent.state for intent in order.parcels[0].intents] == [
        IntentState.FAILED,
        IntentState.PURCHASED,
    ]
    assert sent(world) == ["POST /transactions"] * 2
    assert len(world.ledger()) == 1


def test_what_was_bought_cannot_be_changed(client: FlaskClient, world, work):
    order = bought(client, work).order
    change = f"/admin/orders/{order.number}/quick-label"
    told = visit(client, change)
    assert told.url == f"/admin/orders/{order.number}"
    assert "cannot be changed" in told.text
    assert visit(client, f"/admin/orders/{make.order().number}/quick-label", 404)


def test_what_may_have_been_bought_for_the_old_address_is_not_given_another(
    client: FlaskClient, app
):
    parcel = make.quick().parcels[0]
    make.intent(parcel=parcel, state=IntentState.RELEASED, sent_at=parcel.created_at)
    make.signed_in(client, make.pat())
    told = visit(client, f"/admin/orders/{parcel.order.number}/quick-label")
    assert "A label was bought for it before, or may have been." in told.text


def test_a_service_no_longer_sold_has_to_be_chosen_again(client: FlaskClient, app):
    number = make.quick().number
    choices.set_carrier_accounts([])
    session.commit()
    make.signed_in(client, make.pat())
    change = f"/admin/orders/{number}/quick-label"
    assert "No services are known yet" in visit(client, change).text


def test_the_carriers_can_be_asked_and_a_person_chooses(client: FlaskClient, world, work):
    told = pressed(client, service=unsold())
    parcel = session.query(Parcel).one()
    work()
    told = visit(client, told.url)
    (ask,) = told.all(f'button[formaction="/admin/shipments/{parcel.id}/requote"]')
    token = told.all("input[name=csrf_token]")[0]["value"]
    client.post(str(ask["formaction"]), data={"csrf_token": token})
    work.until(lambda: parcel.decisions)
    told = visit(client, told.url)
    assert "no price was agreed, so the choice is yours" in told.text
    assert "$0.00" not in told.text
    rates = visit(client, f"/admin/shipments/{parcel.id}/rates")
    assert "Delivery charged" not in rates.text
    rates.submit(f"/shipments/{parcel.id}/rates")
    work.until(lambda: parcel.state is ParcelState.LABELLED)
    assert parcel.rate_id
    assert len(world.ledger()) == 1


# What is typed


SLIPS = [
    ("name", "", "Enter the name"),
    ("company", "x" * 36, "Shorten the company"),
    ("street1", "x" * 36, "Shorten the street"),
    ("state", "ZZ", "Choose the state"),
    ("zip", "9810", "Enter a ZIP code"),
    ("phone", "12", "Enter a phone number"),
    ("email", "rosa", "Enter an e-mail address"),
    ("box", "Box Q", "Choose a box"),
    ("box", "own", "Enter length, width and height"),
    ("length", "20", "leave length, width and height empty"),
    ("weight", "", "Enter the weight"),
    ("weight", "heavy", "Enter a number, like 12.5"),
    ("weight", "NaN", "Enter 0.01 to 68 kg"),
    ("weight", "90", "Enter 0.01 to 68 kg"),
    ("service", "", "Choose the service"),
    ("service", "nobody:nothing", "Choose the service"),
    ("note", " ", "Say what it is for"),
]


def test_what_cannot_be_is_said_and_nothing_typed_is_lost(client: FlaskClient, world):
    form, right = page(client), {**TYPED, "service": sold()}
    for field, typed, said in SLIPS:
        told = form.submit(PATH, 422, **{**right, field: typed})
        assert said in told.soup.select_one(".error-summary").get_text(), (field, typed)
        for name in {"name", "city", "street2"} - {field}:
            assert told.soup.select_one(f"#{name}")["value"] == TYPED[name]
    assert session.query(Order).count() == 0


def test_to_a_post_office_box_only_the_post_goes(client: FlaskClient, world, work):
    ups = sold("ups", "ups_ground")
    told = pressed(client, 422, street1="PO Box 12", service=ups)
    assert "UPS does not come to post office boxes or to the forces" in told.text
    assert bought(client, work, street1="PO Box 12").carrier == "usps"


def test_services_are_loaded_by_a_press_and_what_was_typed_stays(client: FlaskClient, world):
    form = page(client)
    assert "No services are known yet" in form.text
    told = form.submit(PATH, load="1", **TYPED)
    assert "The services are loaded" in told.text
    assert told.soup.select_one("#city")["value"] == "Seattle"
    groups = {str(group["label"]) for group in told.all("#service optgroup")}
    assert "USPS" in groups
    assert any(group.startswith("UPS, account …") for group in groups)
    assert session.query(Order).count() == 0


def test_services_that_cannot_be_loaded_are_said_and_the_old_ones_stay(client: FlaskClient, world):
    service = sold()
    world.fault("GET", "/carrier_accounts", "status", code=500, times=9)
    told = page(client).submit(PATH, load="1", **TYPED, service=service)
    assert "The services could not be loaded" in told.text
    assert told.soup.select_one(f'option[value="{service}"]').has_attr("selected")


def test_who_only_looks_on_cannot_buy(client: FlaskClient, app):
    make.signed_in(client, make.vera())
    assert client.get(PATH).status_code == 403
    assert client.get("/admin/orders/Q-1/quick-label").status_code == 403
    assert not visit(client, "/admin/orders").all(f'a[href="{PATH}"]')


def refused(order: Order) -> LabelIntent:
    """The newest purchase of a quick label, which the carrier refused."""
    intent = purchases.wish(order.parcels[0])
    claim = purchases.claim(intent.id)
    purchases.failed(claim, Rejected("The carrier does not come there.", "400"))
    session.commit()
    assert intent.state is IntentState.FAILED
    return intent


def elsewhere(order: Order) -> None:
    """The same label, to another address."""
    sells = choices.carrier_accounts()[0]
    wanted = QuickLabel(
        to=replace(make.HOME, name="Rosa Reyes", street1="410 Pine St", city="Seattle"),
        package=order.parcels[0].box,
        account=sells,
        service=sells.services[0],
        note="Replacement mug",
    )
    quick.change(quick.locked(order.number), wanted)
    session.commit()


def test_a_late_label_for_the_address_before_is_not_the_parcels(app):
    order = make.quick()
    first = refused(order)
    elsewhere(order)
    second = refused(order)
    late = make.sold(first.reference)
    assert purchases.heard(late, Via.WEBHOOK) is None
    session.commit()
    assert session.get_one(ProviderTransaction, late.id).surplus
    assert order.parcels[0].transaction_id is None
    assert first.state is IntentState.FAILED
    again = replace(late, id="b" * 32, metadata=second.reference)
    assert purchases.heard(again, Via.WEBHOOK) is order.parcels[0]


def test_prices_for_the_address_before_are_not_offered_nor_a_measure(app, world, work):
    order = make.quick()
    refused(order)
    (parcel,) = order.parcels
    requotes.want(parcel)
    session.commit()
    work.until(lambda: parcel.decisions)
    offered = requotes.newest(parcel).quotes[0]
    requotes.choose(parcel, offered.token, make.ada())
    refused(order)
    elsewhere(order)
    refused(order)
    requotes.want(parcel)
    session.commit()
    assert requotes.newest(parcel) is None
    assert requotes.agreed(parcel).price == Money(0)
    with pytest.raises(requotes.CannotChoose):
        requotes.choose(parcel, offered.token, make.ada())


# What it costs


def limited(daily: int | None = None, each: int | None = None) -> None:
    spending.set_limits(Limits(daily_minor=daily, each_minor=each))
    session.commit()


def test_a_price_not_known_needs_approval_unless_who_pressed_may_approve(
    client: FlaskClient, world, work
):
    limited(each=100_00)
    assert "waits until an administrator approves it" in page(client).text
    pressed(client)
    work()
    intent = session.query(LabelIntent).one()
    assert (intent.state, intent.hold) == (IntentState.READY, Hold.APPROVAL)
    assert sent(world) == []
    assert "administrator approves" not in page(client, make.ada).text
    visit(client, f"/admin/orders/{intent.parcel.order.number}").submit("/approve")
    work.until(lambda: intent.state is IntentState.PURCHASED)


def test_an_administrators_press_is_leave_enough(client: FlaskClient, world, work):
    limited(each=100_00)
    pressed(client, who=make.ada)
    intent = session.query(LabelIntent).one()
    work.until(lambda: intent.state is IntentState.PURCHASED)


def test_against_the_days_limit_it_counts_once_its_price_is_known(client: FlaskClient, world, work):
    limited(daily=5_00)
    assert "$0.00 of $5.00 are spent today" in page(client).text
    parcel = bought(client, work)
    assert parcel.cost
    assert spending.spent_today() == parcel.cost
    pressed(client)
    work()
    assert session.query(LabelIntent).filter_by(hold=Hold.CAP).count() == 1


# What is told


def test_without_an_e_mail_nobody_is_written_to(client: FlaskClient, world, work):
    bought(client, work, phone="(206) 555-0123")
    work()
    assert [message.state for message in session.query(Message)] == [MessageState.SUPPRESSED] * 2
    reasons = {message.reason for message in session.query(Message)}
    assert reasons == {"No e-mail address.", "The customer has not asked for texts."}
    assert world.mail() == []
    assert world.sms() == []


def test_with_an_e_mail_the_recipient_reads_of_a_parcel_and_of_no_order(
    client: FlaskClient, world, work
):
    parcel = bought(client, work, email="rosa@reyes.test")
    work.until(lambda: world.mail("rosa@reyes.test"))
    (mail,) = world.mail("rosa@reyes.test")
    assert mail["subject"] == "Quayside is sending you a parcel: your tracking number"
    for text in (mail["text"], mail["html"]):
        assert parcel.tracking_number in text
        assert "Quayside is sending you a parcel." in text
        for word in ("you ordered", "Promised", "In this parcel", "Replacement"):
            assert word not in text


def test_its_page_promises_nothing_and_names_no_order(client: FlaskClient, world, work):
    parcel = bought(client, work)
    told = visit(client, f"/t/{parcel.token}")
    assert told.h1 == "Your parcel is ready to leave"
    assert "Prepared" in told.text
    for word in ("Ordered", "Order placed", "Promised", "Arrives", "Replacement", "Thank you"):
        assert word not in told.text


def test_it_is_never_late_and_the_carriers_own_day_is_told(client: FlaskClient, world, work):
    parcel = bought(client, work)
    world.scan(parcel.tracking_number, "TRANSIT")
    begun = world_now()
    world.advance(24 * 30)
    until(lambda: world_now() > begun + timedelta(days=29))
    moving = make.scanned(TrackingStatus.TRANSIT, order=parcel.order, transaction_id="9" * 32)
    assert moving.standing is Standing.IN_TRANSIT
    assert telling.days_late(moving) == 0
    assert headlines.headline(moving) == "Your parcel is on its way"
    assert "Late" not in visit(client, "/admin/orders").text


def test_nobody_finds_it_by_an_empty_e_mail(client: FlaskClient, world):
    pressed(client)
    number = session.query(Order).one().number
    track = visit(client, "/track")
    for typed in ("", " "):
        told = track.submit("/track", 422, number=number, email=typed)
        assert "/orders/" not in told.url
    assert "We find nothing" in track.submit("/track", 422, number=number, email="a@b.test").text


def test_whoever_has_its_number_and_e_mail_reads_where_it_is(client: FlaskClient, world):
    pressed(client, email="rosa@reyes.test")
    number = session.query(Order).one().number
    track = visit(client, "/track")
    told = track.submit("/track", number=number, email="rosa@reyes.test")
    assert told.url.startswith("/orders/")
    assert "Your parcel is being packed" in told.text
    for word in ("Thank you", "Order summary", "$0.00", "Promised", "Replacement"):
        assert word not in told.text


# What becomes of it


def test_it_is_called_off_with_its_label_voided(client: FlaskClient, world, work):
    parcel = bought(client, work)
    number = parcel.order.number
    asked = visit(client, f"/admin/orders/{number}/cancel")
    assert "back into stock" not in asked.text
    told = asked.submit(f"/orders/{number}/cancel", void=str(parcel.id))
    assert "in stock again" not in told.text
    work()
    assert parcel.order.cancelled_at
    assert "called off" in visit(client, f"/t/{parcel.token}").text
    assert "It was called off" in visit(client, f"/admin/orders/{number}/quick-label").text


def test_after_a_void_another_quick_label_is_made_instead(client: FlaskClient, world, work):
    parcel = bought(client, work)
    visit(client, f"/admin/shipments/{parcel.id}/void").submit("/void")
    work.until(lambda: parcel.state is ParcelState.NEEDS_LABEL)
    number = parcel.order.number
    assert "Change and try again" not in visit(client, f"/admin/orders/{number}").text
    told = visit(client, f"/admin/orders/{number}/quick-label")
    assert "A label was bought for it before" in told.text
