"""What customers and staff read of a parcel that is silent, late, or named for another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from shop import arrivals, delays, headlines, i18n, telling
from shop.db import session
from shop.models import Parcel
from shop.values import Scan, Snapshot, TrackingStatus, Via
from tests import make
from tests.visit import visit

pytestmark = pytest.mark.usefixtures("app")

TRANSIT = TrackingStatus.TRANSIT
DAY = timedelta(days=1)
HONOLULU = {"city": "Honolulu", "state": "HI", "zip": "96813"}
NEW_YORK = {"city": "New York", "state": "NY", "zip": "10118"}


def scan(ago: timedelta, substatus: str = "package_departed", details: str = "Left") -> Scan:
    at = datetime.now(UTC) - ago
    return Scan(
        status=TRANSIT,
        substatus=substatus,
        at=at,
        ingested=at,
        city="Memphis",
        state="TN",
        details=details,
    )


def heard(*scans: Scan, eta: datetime | None = None, **order: Any) -> Parcel:
    """A parcel promised for long after, scanned so."""
    far = datetime.now(UTC).date() + 30 * DAY
    promise = {"promise_first": far, "promise_last": far, **order}
    parcel = make.labelled(order=make.order(**promise))
    hear(parcel, *scans, eta=eta)
    return parcel


def hear(parcel: Parcel, *scans: Scan, eta: datetime | None = None) -> None:
    number = parcel.tracking_number or ""
    told = Snapshot(carrier="usps", number=number, status=scans[-1], history=scans, eta=eta)
    parcel.hear(told, Via.WEBHOOK, datetime.now(UTC))
    session.commit()


def test_a_silent_parcel_says_when_it_was_scanned_last_and_names_no_day(client: FlaskClient):
    old = scan(12 * DAY)
    parcel = heard(old, eta=datetime.now(UTC) + 5 * DAY)
    assert headlines.headline(parcel) == "No news for some days"
    page = visit(client, f"/t/{parcel.token}").text
    assert f"USPS last scanned it in Memphis, TN ({i18n.day(old.at)}" in page
    assert "longer ago than usual" in page
    assert "We keep asking USPS for news" in page
    assert "arriving" not in page
    assert telling.steps(parcel)[-1]["note"] == ""


def test_out_for_delivery_without_a_result_is_not_said_to_be_about_to_ring():
    parcel = heard(scan(6 * DAY, "out_for_delivery"))
    assert headlines.headline(parcel).startswith("Out for delivery since ")
    assert "has not said what came of it" in telling.explanation(parcel)
    assert "Next stop" not in telling.explanation(parcel)
    assert telling.delay(parcel)


def test_a_label_never_scanned_says_so_and_what_we_do():
    parcel = make.labelled(labelled_at=datetime.now(UTC) - 9 * DAY)
    parcel.order.promise_last = datetime.now(UTC).date() + 9 * DAY
    assert headlines.headline(parcel) == "Not scanned by the carrier yet"
    assert "has not scanned it yet" in telling.explanation(parcel)


def test_the_day_moved_and_why_is_one_sentence_for_customers_and_a_history_at_the_desk(
    client: FlaskClient,
):
    first = scan(timedelta(hours=30))
    friday, monday = (datetime.now(UTC) + days * DAY for days in (5, 8))
    parcel = heard(first, eta=friday)
    storm = scan(timedelta(hours=2), "delayed", "Weather Delay: severe weather conditions")
    hear(parcel, first, storm, eta=monday)
    days = [i18n.day(arrivals.day_at(eta, arrivals.zone(parcel))) for eta in (friday, monday)]
    sentence = f"USPS now expects it on {days[1]} and no longer on {days[0]}."
    assert f"{sentence} The weather has held it up." in visit(client, f"/t/{parcel.token}").text
    make.signed_in(client, make.vera())
    desk = visit(client, f"/admin/orders/{parcel.order.number}")
    assert "The carrier’s day has moved once" in desk.text
    told = desk.all(f"#days-{parcel.id}")[0].get_text(" ", strip=True)
    assert told.index(days[1]) < told.index("The weather has held it up.") < told.index(days[0])
    assert "Promised" in told


def test_a_day_that_did_not_move_is_named_once_with_its_time_and_no_reason_is_made_up(
    client: FlaskClient,
):
    first, second = scan(timedelta(hours=30)), scan(timedelta(hours=3))
    parcel = heard(first, eta=datetime.now(UTC) + 5 * DAY)
    assert delays.why_moved(parcel) == ""
    make.signed_in(client, make.vera())
    assert "Carrier’s day" in visit(client, f"/admin/orders/{parcel.order.number}").text
    hear(parcel, first, second, eta=datetime.now(UTC) + 7 * DAY)
    assert delays.why_moved(parcel).endswith("USPS has not said why.")
    third = scan(timedelta(hours=1))
    hear(parcel, first, second, third, eta=datetime.now(UTC) + 4 * DAY)
    assert delays.why_moved(parcel).count(".") == 1


def test_late_is_late_by_the_clock_where_it_goes():
    """It is three in the morning in New York, and ten in the evening before that in Hawaii."""
    with time_machine.travel(datetime(2026, 11, 19, 8, tzinfo=UTC), tick=False):
        due = date(2026, 11, 18)
        late = []
        for place in (NEW_YORK, HONOLULU):
            to = replace(make.HOME, **place).to_json()
            parcel = heard(scan(DAY), address=to, promise_first=due, promise_last=due)
            late.append(arrivals.days_late(parcel))
    assert late == [1, 0]
