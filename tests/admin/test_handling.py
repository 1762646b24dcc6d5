"""What we did with a parcel and where it is are two things, and neither rewinds the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from shop import custody, telling
from shop.db import session
from shop.models import AuditEntry, Parcel, Refund
from shop.outside import world_now
from shop.values import Act, Mode, RefundState, Scan, Snapshot, Standing, TrackingStatus, Via
from tests import make
from tests.visit import Page, visit


def pat(client: FlaskClient) -> FlaskClient:
    return make.signed_in(client, make.pat())


def labelled(**given: Any) -> Parcel:
    count = session.scalar(sa.select(sa.func.count(Parcel.id))) or 0
    return make.labelled(tracking_number=f"9205590164917312{count:06}", **given)


def card(client: FlaskClient, parcel: Parcel) -> Page:
    return visit(client, f"/admin/orders/{parcel.order.number}")


def told(page: Page) -> dict[str, str]:
    """The facts on a parcel's card."""
    names, values = page.all("article dt, .card dt"), page.all("article dd, .card dd")
    pairs = zip(names, values, strict=True)
    return {n.get_text(strip=True): " ".join(v.get_text(" ").split()) for n, v in pairs}


def offered(page: Page) -> list[str]:
    does = [form for form in page.all("form") if str(form.get("action")).split("/")[-1] in STEPS]
    return [form.get_text(strip=True) for form in does]


STEPS = {"packed", "handed", "undo"}


def entries() -> list[tuple[Act, str, str]]:
    rows = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.note, row.account.name) for row in rows]


def steps(parcel: Parcel) -> list[str]:
    session.refresh(parcel)
    return [step["state"] for step in telling.steps(parcel)]


def hear(parcel: Parcel, status: TrackingStatus, substatus: str | None = None) -> None:
    """A webhook's news of it, a minute old."""
    session.refresh(parcel)
    at = world_now() - timedelta(minutes=1)
    scan = Scan(status=status, substatus=substatus, at=at, ingested=at, details="Scanned")
    said = Snapshot(
        carrier=parcel.carrier,
        number=str(parcel.tracking_number),
        transaction=parcel.transaction_id,
        status=scan,
        history=(scan,),
    )
    parcel.hear(said, Via.WEBHOOK, world_now())
    session.commit()


def test_packed_and_handed_over_with_a_name_and_taken_back_in_turn(client: FlaskClient):
    parcel = labelled()
    page = card(pat(client), parcel)
    assert offered(page) == ["Packed", "Handed over"]
    assert steps(parcel) == ["done", "now", "todo", "todo", "todo"]
    assert "Its label is made" in telling.explanation(parcel)
    page = page.submit("/packed")
    assert told(page)["Packed"].endswith("PT by Pat")
    assert offered(page) == ["Handed over", "Not packed after all"]
    assert steps(parcel) == ["done", "done", "todo", "todo", "todo"]
    assert telling.explanation(parcel).startswith("It is packed and waits for USPS.")
    page = page.submit("/handed")
    assert told(page)["Handed over"].endswith("PT by Pat")
    assert offered(page) == ["Not handed over after all"]
    assert steps(parcel) == ["done", "done", "now", "todo", "todo"]
    assert telling.explanation(parcel).startswith("We handed it to USPS on ")
    assert parcel.standing is Standing.LABEL_READY
    events = [e["text"] for day in telling.timeline(parcel, strangers=True) for e in day["events"]]
    assert events == ["Handed to the carrier", "Packed", "Label made", "Order placed"]
    page = page.submit("/handed/undo").submit("/packed/undo")
    assert offered(page) == ["Packed", "Handed over"]
    assert "Packed" not in told(page)
    assert steps(parcel) == ["done", "now", "todo", "todo", "todo"]
    assert entries() == [
        (Act.PACK, "", "Pat"),
        (Act.HAND_OVER, "", "Pat"),
        (Act.TAKE_BACK, "handed", "Pat"),
        (Act.TAKE_BACK, "packed", "Pat"),
    ]
    for said in ("Packed the parcel", "Handed the parcel over to the carrier", "mistaken press"):
        assert said in page.text


def test_pressed_twice_it_is_written_down_once_and_taken_back_once(client: FlaskClient):
    parcel = labelled()
    page = card(pat(client), parcel)
    page.submit("/handed")
    first = session.get_one(Parcel, parcel.id, populate_existing=True).handed_at
    again = page.submit("/handed")  # from a page that was open in another tab
    page.submit("/packed")  # handed over means packed
    session.refresh(parcel)
    assert (parcel.handed_at, parcel.packed_at) == (first, None)
    assert [act for act, _, _ in entries()] == [Act.HAND_OVER]
    again.submit("/handed/undo")
    again.submit("/handed/undo")
    assert [act for act, _, _ in entries()] == [Act.HAND_OVER, Act.TAKE_BACK]


def test_only_the_last_press_is_taken_back(client: FlaskClient):
    parcel = labelled()
    open_tab = card(pat(client), parcel).submit("/packed")
    open_tab.submit("/handed")
    open_tab.submit("/packed/undo")
    session.refresh(parcel)
    assert parcel.packed_at
    assert parcel.handed_at


def test_a_carriers_news_rewinds_nothing_of_ours(client: FlaskClient):
    parcel = labelled()
    card(pat(client), parcel).submit("/packed").submit("/handed")
    for status in (TrackingStatus.UNKNOWN, TrackingStatus.PRE_TRANSIT):
        hear(parcel, status)
        assert steps(parcel) == ["done", "done", "now", "todo", "todo"]
    page = card(client, parcel)
    assert offered(page) == ["Not handed over after all"]
    handed = parcel.handed_at
    hear(parcel, TrackingStatus.TRANSIT, "package_accepted")
    page = page.submit("/handed/undo")  # too late: it was on its way while the page stood open
    assert "It was not taken back. The carrier has scanned it already." in page.text
    assert told(page)["Handed over"].endswith("PT by Pat")
    assert offered(page) == []
    session.refresh(parcel)
    assert (parcel.handed_at, parcel.standing) == (handed, Standing.IN_TRANSIT)


def test_a_first_scan_is_a_handing_over_that_nobody_has_pressed(client: FlaskClient):
    parcel = labelled()
    page = card(pat(client), parcel)
    hear(parcel, TrackingStatus.TRANSIT, "package_accepted")
    late = page.submit("/handed")
    assert "Nothing was written down. The carrier has scanned it already." in late.text
    assert told(late)["Handed over"].startswith("by the carrier’s first scan, ")
    assert "Packed" not in told(late)
    assert (parcel.handed_at, parcel.packed_at, entries()) == (None, None, [])
    assert steps(parcel) == ["done", "done", "now", "todo", "todo"]
    assert telling.steps(parcel)[1]["note"] == ""  # nobody knows when it was packed


def test_late_with_the_carrier_is_another_thing_than_late_with_us(client: FlaskClient):
    day = world_now().date()
    over = {"promise_first": day - timedelta(days=5), "promise_last": day - timedelta(days=4)}
    parcel = labelled(order=make.order(**over))
    assert steps(parcel) == ["done", "late", "todo", "todo", "todo", "todo"]
    page = card(pat(client), parcel).submit("/packed")
    assert steps(parcel) == ["done", "done", "late", "todo", "todo", "todo"]
    page.submit("/handed")
    assert steps(parcel) == ["done", "done", "done", "late", "todo", "todo"]
    assert "It has not been scanned since. We promised it by" in telling.explanation(parcel)


def test_what_has_no_label_or_is_cancelled_or_being_voided_cannot_be_pressed(client: FlaskClient):
    bare = make.parcel()
    gone = labelled(order=make.order(cancelled_at=world_now()), standing=Standing.CANCELLED)
    voiding = labelled()
    mine = {"mode": Mode.TEST, "state": RefundState.SENDING, "currency": "USD"}
    make.saved(Refund(transaction_id=voiding.transaction_id, parcel_id=voiding.id, **mine))
    pat(client)
    whys = ("It has no label.", "It is cancelled.", "The label is being voided. Do not use it.")
    for parcel, why in zip((bare, gone, voiding), whys, strict=True):
        page = card(client, parcel)
        assert offered(page) == []
        token = page.all("input[name=csrf_token]")[0]["value"]
        place = f"/admin/shipments/{parcel.id}/packed"
        client.post(place, data={"csrf_token": token})
        assert f"Nothing was written down. {why}" in card(client, parcel).text
    assert entries() == []


def test_a_voided_label_clears_both_and_the_audit_keeps_them(client: FlaskClient):
    parcel = labelled()
    page = card(pat(client), parcel).submit("/packed").submit("/handed")
    refused = visit(client, f"/admin/shipments/{parcel.id}/void")
    assert "It was handed over with this label." in refused.text
    page.submit("/handed/undo")
    mine = {"mode": Mode.TEST, "state": RefundState.FILED, "currency": "USD"}
    refund = Refund(transaction_id=parcel.transaction_id, parcel_id=parcel.id, **mine)
    make.saved(refund)
    session.refresh(parcel)
    custody.take_away(refund)
    session.commit()
    assert (parcel.transaction_id, parcel.packed_at, parcel.handed_at) == (None, None, None)
    assert steps(parcel) == ["done", "now", "todo", "todo", "todo"]
    assert "Packed the parcel" in card(client, parcel).text


def test_an_order_of_which_something_was_handed_over_is_not_cancelled(client: FlaskClient):
    parcel = labelled()
    page = card(pat(client), parcel).submit("/handed")
    assert "Cancel order" not in page.text
    refused = visit(client, f"/admin/orders/{parcel.order.number}/cancel")
    assert "A parcel of it was handed over." in refused.text
    assert "Cancel order" in page.submit("/handed/undo").text


def test_the_ticked_are_handed_over_at_once_and_the_others_are_named(client: FlaskClient):
    fit, done, bare = labelled(), labelled(), make.parcel()
    scanned = make.scanned(
        TrackingStatus.TRANSIT, "package_accepted", transaction_id="s", tracking_number="1" * 22
    )
    card(pat(client), done).submit("/handed")
    page = visit(client, "/admin/shipments")
    buttons = {button["id"]: button.get("formaction") for button in page.all(".bulk button[id]")}
    assert buttons["pack-many"] == "/admin/shipments/packed"
    token = page.all("input[name=csrf_token]")[0]["value"]
    ticked = [fit.id, done.id, bare.id, scanned.id, 2**31 - 1]
    said = {"csrf_token": token, "parcel": ticked, "back": "/admin/shipments?view=to-hand-over"}
    answer = client.post(buttons["hand-many"], data=said)
    assert answer.location == "/admin/shipments?view=to-hand-over"
    page = visit(client, answer.location)
    assert "2 parcels are handed over." in page.text
    assert f"Left as it was: {bare.order.number}. It has no label." in page.text
    assert f"Left as it was: {scanned.order.number}. The carrier has scanned it" in page.text
    assert [act for act, _, _ in entries()] == [Act.HAND_OVER, Act.HAND_OVER]
    for empty in ([], list(range(1, 120))):
        client.post(buttons["pack-many"], data={"csrf_token": token, "parcel": empty})
        assert "Tick the parcels first, at most 100" in visit(client, "/admin/shipments").text


def test_what_is_to_be_handed_over_is_a_view_of_the_list(client: FlaskClient):
    here, handed = labelled(), labelled()
    make.scanned(TrackingStatus.TRANSIT, transaction_id="s", tracking_number="1" * 22)
    labelled(order=make.order(cancelled_at=world_now()), standing=Standing.CANCELLED)
    card(pat(client), handed).submit("/handed")
    card(client, here).submit("/packed")
    page = visit(client, "/admin/shipments?view=to-hand-over")
    assert [tick["value"] for tick in page.all("td input[name=parcel]")] == [str(here.id)]
    assert page.all("[aria-current=page]")[-1].get_text(strip=True).startswith("To hand over")
    assert "Packed" in page.all("td[data-cell=state]")[0].get_text()
    assert "Handed over" in visit(client, "/admin/shipments").text


@pytest.mark.parametrize("place", ["{}/packed", "{}/handed", "{}/handed/undo", "handed"])
def test_packers_may_and_those_who_only_look_may_not(client: FlaskClient, place: str):
    parcel = labelled()
    address = f"/admin/shipments/{place.format(parcel.id)}"
    statuses = []
    for who in (make.ada(), make.pat(), make.vera(), make.alice()):
        page = visit(make.signed_in(client, who), "/account/orders")
        token = page.all("input[name=csrf_token]")[0]["value"]
        said = {"csrf_token": token, "parcel": parcel.id}
        statuses.append(client.post(address, data=said).status_code)
    assert statuses == [303, 303, 403, 404]
    assert offered(card(make.signed_in(client, make.vera()), parcel)) == []
