"""Shippo's list of labels is compared with ours: what nobody told us of finds its parcel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jobs import audit, labels
from shop import purchases
from shop.db import session
from shop.models import LabelIntent, ProviderTransaction, ShopSetting
from shop.values import IntentState, Via
from tests import make
from tests.sandbox.caller import Caller
from tests.until import until

pytestmark = pytest.mark.both_databases


def bought_in_silence(world) -> LabelIntent:
    """Bought; the answer was lost, and nothing is planned to look for it."""
    world.fault("POST", "/transactions", "commit_then_drop", times=1)
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    labels.buy(intent.id)
    intent.due_at = None
    session.commit()
    until(lambda: world.ledger()[0]["status"] == "SUCCESS")
    return intent


def test_a_label_nobody_told_us_of_finds_its_parcel(app, world):
    intent = bought_in_silence(world)
    audit.run()
    assert intent.state is IntentState.PURCHASED
    assert intent.parcel.labelled_via is Via.LIST
    assert len(world.requests("POST", "/transactions")) == 1


def test_the_next_audit_reads_from_where_the_last_ended_and_a_little_before(app, world):
    audit.run()
    first = session.query(ShopSetting).one().value["until"]
    audit.run()
    later_on = session.query(ShopSetting).one().value["until"]
    assert datetime.fromisoformat(later_on) > datetime.fromisoformat(first)
    assert len(world.requests("GET", "/transactions")) == 2


def test_an_audit_that_could_not_read_the_list_is_made_again_from_the_same_moment(app, world):
    intent = bought_in_silence(world)
    world.fault("GET", "/transactions", "status", code=503, times=1)
    audit.run()
    assert session.query(ShopSetting).count() == 0
    assert intent.state is IntentState.UNKNOWN
    audit.run()
    assert intent.state is IntentState.PURCHASED


@pytest.mark.settings(shippo_lists_per_minute=1)
def test_an_audit_waits_its_turn_at_shippos_lists(app, world):
    audit.run()
    audit.run()
    assert len(world.requests("GET", "/transactions")) == 1


def test_a_second_label_bought_elsewhere_for_one_of_our_purchases_is_found_as_surplus(app, world):
    intent = bought_in_silence(world)
    audit.run()
    again = Caller(world.url).post(
        "/transactions", rate=intent.rate_id, metadata=intent.reference, **{"async": False}
    )
    audit.run()
    assert session.get_one(ProviderTransaction, again["object_id"]).surplus
    assert intent.parcel.transaction_id != again["object_id"]
    assert datetime.now(UTC) - intent.parcel.labelled_at < timedelta(minutes=1)
