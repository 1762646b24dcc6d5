"""Shippo's SDK pointed at the sandbox, and the questions it asks in its own types."""

import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.world import TOKEN, World

T = TypeVar("T")


def until(look: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Look until it is so."""
    for _ in range(200):
        found = look()
        if done(found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"never came about: {found}")


def account(sdk: shippo.Shippo, carrier: str = "usps") -> str:
    """The id of the carrier's account."""
    asked = operations.ListCarrierAccountsRequest(
        carrier=components.CarriersEnum(carrier), results=25
    )
    with warnings.catch_warnings():  # of accounts without parameters, which are no dataclass
        warnings.filterwarnings("ignore", "Failed to decode")
        return str(sdk.carrier_accounts.list(asked).results[0].object_id)


def rate(sdk: shippo.Shippo, token: str = "usps_priority", **more: object) -> str:
    """A rate that can be bought."""
    rates = quote(sdk, **more).rates
    return str(next(each.object_id for each in rates if each.servicelevel.token == token))


def client(world: World, token: str, session: requests.Session) -> shippo.Shippo:
    return shippo.Shippo(
        api_key_header=token,
        shippo_api_version="2018-02-08",
        server_url=world.url,
        client=session,
    )


def sender(**changed: Any) -> components.AddressCreateRequest:
    given = {
        "name": "Quayside",
        "street1": "1 Ferry Building",
        "city": "San Francisco",
        "state": "CA",
        "zip": "94111",
        "country": "US",
        "email": "dock@quayside.test",
    }
    return components.AddressCreateRequest(**{**given, **changed})


def recipient(**changed: Any) -> components.AddressCreateRequest:
    alice = {
        "name": "Alice",
        "street1": "350 5th Ave",
        "city": "New York",
        "state": "NY",
        "zip": "10118",
    }
    return sender(**{**alice, **changed})


def parcel() -> components.ParcelCreateRequest:
    return components.ParcelCreateRequest(
        length="10",
        width="8",
        height="4",
        distance_unit=components.DistanceUnitEnum.IN,
        weight="2",
        mass_unit=components.WeightUnitEnum.LB,
    )


def quote(sdk: shippo.Shippo, **more: object) -> components.Shipment:
    given = {
        "address_from": sender(),
        "address_to": recipient(),
        "parcels": [parcel()],
        "async_": False,
    }
    return sdk.shipments.create(components.ShipmentCreateRequest(**{**given, **more}))


def buy(
    sdk: shippo.Shippo, rate: str, *, later: bool = False, metadata: str = ""
) -> components.Transaction:
    return sdk.transactions.create(
        components.TransactionCreateRequest(rate=rate, async_=later, metadata=metadata)
    )


def listed(**where: object) -> operations.ListTransactionsRequest:
    return operations.ListTransactionsRequest(**where)


def settled(sdk: shippo.Shippo, object_id: str) -> components.Transaction:
    for _ in range(100):
        transaction = sdk.transactions.get(object_id)
        if transaction.status is not components.TransactionStatusEnum.QUEUED:
            return transaction
        time.sleep(0.05)
    raise AssertionError("still queued")


def every_page(address: str | None) -> list[dict[str, Any]]:
    """What lies behind `next`, page after page."""
    found: list[dict[str, Any]] = []
    headers = {"Authorization": f"ShippoToken {TOKEN}"}
    while address:
        page = requests.get(address, headers=headers, timeout=5).json()
        found += page["results"]
        address = page["next"]
    return found


def mug(**changed: object) -> components.CustomsItemCreateRequest:
    given = {
        "description": "Enamel mug",
        "quantity": 2,
        "net_weight": "1.5",
        "mass_unit": components.WeightUnitEnum.LB,
        "value_amount": "36.00",
        "value_currency": "USD",
        "origin_country": "US",
        "tariff_number": "732394",
    }
    return components.CustomsItemCreateRequest(**{**given, **changed})


def declaration(**changed: object) -> components.CustomsDeclarationCreateRequest:
    given = {
        "certify": True,
        "certify_signer": "Quay Side",
        "contents_type": components.CustomsDeclarationContentsTypeEnum.MERCHANDISE,
        "non_delivery_option": components.CustomsDeclarationNonDeliveryOptionEnum.RETURN,
        "items": [mug()],
        "eel_pfc": components.CustomsDeclarationEelPfcEnum.NOEEI_30_36,
        "incoterm": components.CustomsDeclarationIncotermEnum.DDU,
    }
    return components.CustomsDeclarationCreateRequest(**{**given, **changed})


def refused(act: Callable[[], object]) -> tuple[int, str]:
    """What Shippo says to it, which is no."""
    with pytest.raises(errors.SDKError) as no:
        act()
    return no.value.status_code, no.value.body
