"""Money, addresses and snapshots."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shop.values import PERMISSIONS as MAY
from shop.values import Address, Money, Permission, Role, Scan, Snapshot, TrackingStatus


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("5.50", "USD", 550), ("0.005", "USD", 1), ("14.97", "USD", 1497), ("1200", "JPY", 1200)],
)
def test_money_is_read_from_decimals_to_the_minor_unit(text, currency, minor):
    assert Money.of(text, currency) == Money(minor, currency)


def test_money_is_never_a_float_on_its_way_out():
    assert Money(1005).amount == Decimal("10.05")


def test_two_currencies_do_not_mix():
    with pytest.raises(ValueError, match="do not mix"):
        Money(1, "USD") + Money(1, "CAD")


def test_an_address_is_written_as_on_an_envelope():
    home = Address(
        name="Alice", street1="1 Alder St", street2="Apt 5", city="Portland", state="OR",
        zip="97214", country="US",
    )  # fmt: skip
    assert home.lines == ["Alice", "1 Alder St, Apt 5", "Portland, OR 97214"]


def test_a_snapshot_survives_being_kept():
    at = datetime(2027, 3, 9, 11, 4, tzinfo=UTC)
    scan = Scan(status=TrackingStatus.TRANSIT, substatus="package_departed", at=at, ingested=at)
    told = Snapshot(carrier="usps", number="9400", status=scan, history=(scan,), eta=at)
    assert Snapshot.from_json(told.to_json()) == told


def test_packers_see_no_settings_and_viewers_buy_nothing():
    assert Permission.MANAGE_SETTINGS not in MAY[Role.PACKER]
    assert Permission.BUY_LABELS in MAY[Role.PACKER]
    assert MAY[Role.VIEWER] == {Permission.SEE_DESK}
    assert not MAY[Role.CUSTOMER]
