"""Shippo's official SDK keeps orders here, and labels ship them."""

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import rate, recipient, sender
from tests.world import TOKEN, World

# The SDK has no words for the labels of an order, which really come whole.
WHOLE = "ignore:.*:RuntimeWarning"
item = components.LineItemBase


def order(sdk: shippo.Shippo, **more: object) -> components.Order:
    given = {
        "to_address": recipient(),
        "placed_at": "2026-11-20T12:00:00Z",
        "order_number": "Q-10234",
        "order_status": components.OrderStatusEnum.PAID,
        "total_price": "24.93",
        "currency": "USD",
        "weight": "0.4",
        "weight_unit": components.WeightUnitEnum.LB,
        "line_items": [
            item(title="Enamel mug", sku="MUG-1", quantity=2, total_price="18", currency="USD")
        ],
    }
    return sdk.orders.create(components.OrderCreateRequest(**{**given, **more}))


def numbers(sdk: shippo.Shippo, **where: object) -> list[str]:
    found = sdk.orders.list(operations.ListOrdersRequest(**where)).results
    return [each.order_number for each in found]


def test_an_order_comes_back_as_it_was_placed(sdk: shippo.Shippo) -> None:
    made = order(sdk, from_address=sender())
    assert (made.order_number, made.order_status) == ("Q-10234", components.OrderStatusEnum.PAID)
    assert made.placed_at == "2026-11-20T12:00:00.000Z"
    assert (made.total_price, made.weight, made.total_tax) == ("24.93", "0.40", None)
    assert made.to_address.city == "New York"
    assert made.from_address.city == "San Francisco"
    assert made.shop_app is components.OrderShopAppEnum.SHIPPO
    (item,) = made.line_items
    assert (item.title, item.quantity, item.total_price) == ("Enamel mug", 2, "18.00")
    assert len(item.object_id) == 32
    assert sdk.orders.get(made.object_id) == made


def test_what_is_not_said_of_an_order_is_unknown(sdk: shippo.Shippo) -> None:
    made = sdk.orders.create(
        components.OrderCreateRequest(placed_at="2026-11-20", to_address=recipient())
    )
    assert made.order_status is components.OrderStatusEnum.UNKNOWN
    assert (made.line_items, made.transactions, made.from_address) == ([], [], None)


@pytest.mark.filterwarnings(WHOLE)
def test_a_label_bought_for_an_order_ships_it(sdk: shippo.Shippo, world: World) -> None:
    made = order(sdk)
    answer = requests.post(  # the SDK of this version cannot say `order` when it buys
        f"{world.url}/transactions",
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        json={"rate": rate(sdk), "async": False, "order": made.object_id},
        timeout=5,
    )
    assert answer.json()["order"] == made.object_id
    shipped = sdk.orders.get(made.object_id)
    assert shipped.order_status is components.OrderStatusEnum.SHIPPED
    assert len(shipped.transactions) == 1
    raw = requests.get(
        f"{world.url}/orders/{made.object_id}",
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        timeout=5,
    )
    (label,) = raw.json()["transactions"]
    assert label["tracking_number"] == answer.json()["tracking_number"]


def test_orders_are_listed_by_status_shop_and_day(sdk: shippo.Shippo) -> None:
    states = components.OrderStatusEnum
    order(sdk, order_number="1", order_status=states.PAID, placed_at="2026-11-01")
    order(sdk, order_number="2", order_status=states.AWAITPAY, placed_at="2026-11-02")
    order(sdk, order_number="3", order_status=states.CANCELLED, placed_at="2026-11-03")
    assert numbers(sdk) == ["3", "2", "1"]
    assert numbers(sdk, order_status=[states.PAID]) == ["1"]
    assert numbers(sdk, order_status=[states.PAID, states.CANCELLED]) == ["3", "1"]
    assert numbers(sdk, start_date="2026-11-02T00:00:00Z") == ["3", "2"]
    assert numbers(sdk, start_date="2026-11-02", end_date="2026-11-02T12:00:00Z") == ["2"]
    assert numbers(sdk, shop_app=components.OrderShopAppEnum.SHIPPO) == ["3", "2", "1"]
    assert numbers(sdk, shop_app=components.OrderShopAppEnum.SHOPIFY) == []


def test_orders_are_paged_with_their_filters(sdk: shippo.Shippo, world: World) -> None:
    paid = components.OrderStatusEnum.PAID
    for number in range(5):
        order(sdk, order_number=str(number))
    assert numbers(sdk, results=2, page=2) == ["2", "1"]
    first = sdk.orders.list(operations.ListOrdersRequest(order_status=[paid], results=3))
    assert (len(first.results), first.previous) == (3, None)
    following = requests.get(
        first.next, headers={"Authorization": f"ShippoToken {TOKEN}"}, timeout=5
    )
    assert [each["order_number"] for each in following.json()["results"]] == ["1", "0"]


def test_what_is_wrong_with_an_order_is_told(sdk: shippo.Shippo) -> None:
    for wrong, said in (
        ({"placed_at": ""}, '{"placed_at":["This field is required."]}'),
        ({"placed_at": "yesterday"}, '{"placed_at":["Datetime has wrong format.'),
        ({"total_price": "much"}, '{"total_price":["A valid number is required."]}'),
        (
            {"to_address": components.AddressCreateRequest(country="")},
            '{"to_address":[{"country":["This field is required."]}]}',
        ),
        (
            {
                "line_items": [
                    components.LineItemBase(quantity=1),
                    components.LineItemBase(weight="x"),
                ]
            },
            '{"line_items":[{},{"weight":["A valid number is required."]}]}',
        ),
    ):
        with pytest.raises(errors.SDKError) as refused:
            order(sdk, **wrong)
        assert (refused.value.status_code, refused.value.body[: len(said)]) == (400, said)
    with pytest.raises(errors.SDKError, match="Not found"):
        sdk.orders.get("0" * 32)


def test_a_packing_slip_is_a_pdf_for_a_day(sdk: shippo.Shippo, world: World) -> None:
    path = f"{world.url}/orders/{order(sdk).object_id}/packingslip/"
    headers = {"Authorization": f"ShippoToken {TOKEN}"}
    slip = requests.get(path, headers=headers, timeout=5).json()
    assert sorted(slip) == ["created", "expires", "slip_url"]
    assert slip["created"] < slip["expires"]
    assert requests.get(slip["slip_url"], timeout=5).content.startswith(b"%PDF")
    world.advance(26)
    assert requests.get(slip["slip_url"], timeout=5).status_code == 403
