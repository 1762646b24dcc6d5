"""Shippo's habits on the wire: codes, slashes, forms, nulls, and the shapes of a no."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.caller import DECLARATION, PARCEL, RECIPIENT, SENDER, Caller
from tests.world import TOKEN, World


def refusal(shippo: Caller, path: str, **body: Any) -> Any:
    answer = shippo.call("POST", path, json=body)
    assert answer.status_code == 400, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "Authentication credentials were not provided."),
        ("Bearer shippo_test_1", "Authentication credentials were not provided."),
        ("ShippoToken nobody", "Token does not exist"),
    ],
)
def test_strangers_are_told_why(world: World, header: str | None, said: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = requests.get(f"{world.url}/transactions", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()) == (401, {"detail": said})


@pytest.mark.parametrize(
    "path",
    [
        *("/nothing", "/transactions/x/y", "/v2/addresses", "/v2/addresses/parse"),
        *("/automations/labels", "/service-groups", "/carrier_accounts/register/new"),
    ],
)
def test_a_path_it_does_not_know_is_not_found(shippo: Caller, path: str) -> None:
    for method in ("GET", "POST"):
        answer = shippo.call(method, path)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_a_final_slash_and_a_form_make_no_difference(shippo: Caller) -> None:
    form = {"rate": shippo.rate(), "async": "false", "metadata": "by form"}
    answer = shippo.call("POST", "/transactions/", data=form)
    assert (answer.status_code, answer.json()["status"]) == (201, "SUCCESS")
    assert shippo.get(f"/transactions/{answer.json()['object_id']}/")["metadata"] == "by form"


def test_what_is_missing_is_named_where_it_is_missing(shippo: Caller) -> None:
    required = ["This field is required."]
    assert refusal(shippo, "/addresses", city="Boise") == {"country": required}
    assert refusal(shippo, "/parcels", length="1") == dict.fromkeys(
        ("width", "height", "weight", "distance_unit", "mass_unit"), required
    )
    assert refusal(shippo, "/shipments") == dict.fromkeys(
        ("address_from", "address_to", "parcels"), required
    )
    nested = refusal(shippo, "/shipments", address_from={}, address_to=RECIPIENT, parcels=[PARCEL])
    assert nested == {"address_from": required}
    deep = refusal(
        shippo, "/shipments", address_from={"city": "x"}, address_to=RECIPIENT, parcels=[PARCEL]
    )
    assert deep == {"address_from": [{"country": required}]}
    assert refusal(shippo, "/transactions", metadata="x") == {"rate": required}
    assert refusal(shippo, "/tracks", carrier="usps") == {"tracking_number": required}
    assert refusal(shippo, "/webhooks", url="http://127.0.0.1/") == {"event": required}


def test_pounds_are_lb_and_parcels_are_a_list(shippo: Caller) -> None:
    assert refusal(shippo, "/parcels", **{**PARCEL, "mass_unit": "lbs"}) == {
        "mass_unit": ['"lbs" is not a valid choice.']
    }
    one = refusal(shippo, "/shipments", address_from=SENDER, address_to=RECIPIENT, parcels=PARCEL)
    assert one == {"parcels": ['Expected a list of items but got type "dict".']}


def test_numbers_may_come_as_figures_and_leave_as_text(shippo: Caller) -> None:
    parcel = shippo.post("/parcels", **{**PARCEL, "length": 10, "weight": 1.5})
    assert (parcel["length"], parcel["weight"], parcel["template"]) == ("10", "1.5", None)


def test_nobody_quotes_and_the_shipment_succeeds_all_the_same(shippo: Caller) -> None:
    nowhere = {**RECIPIENT, "zip": ""}
    shipment = shippo.post("/shipments", address_from=SENDER, address_to=nowhere, parcels=[PARCEL])
    assert (shipment["status"], shipment["rates"]) == ("SUCCESS", [])
    said = {message["source"]: message["text"] for message in shipment["messages"]}
    assert said["FedEx"] == "Your account is restricted from using this carrier."
    assert said["USPS"] == 'Attribute "address_to.zip" must not be empty.'


def test_usps_does_not_carry_two_parcels_at_once(shippo: Caller) -> None:
    shipment = shippo.post(
        "/shipments", address_from=SENDER, address_to=RECIPIENT, parcels=[PARCEL] * 2
    )
    assert {rate["provider"] for rate in shipment["rates"]} == {"UPS"}
    rate = shipment["rates"][0]["object_id"]
    shippo.post("/transactions", rate=rate, **{"async": False})
    found = shippo.get(f"/transactions?rate={rate}")["results"]
    assert len({each["tracking_number"] for each in found}) == 2


def test_abroad_needs_a_customs_declaration(shippo: Caller) -> None:
    toronto = {**RECIPIENT, "city": "Toronto", "state": "ON", "zip": "M5V 2T6", "country": "CA"}
    wanted: dict[str, Any] = {"address_from": SENDER, "address_to": toronto, "parcels": [PARCEL]}
    shipment = shippo.post("/shipments", **wanted)
    said = [message["text"] for message in shipment["messages"]]
    assert (shipment["rates"], 'Attribute "customs_declaration" must not be empty.' in said) == (
        [],
        True,
    )
    shipment = shippo.post("/shipments", **wanted, customs_declaration=DECLARATION)
    assert {rate["provider"] for rate in shipment["rates"]} == {"USPS", "DHL Express"}
    assert {rate["currency_local"] for rate in shipment["rates"]} == {"CAD"}


def test_quoting_can_be_kept_to_one_account(shippo: Caller) -> None:
    accounts = shippo.get("/carrier_accounts?carrier=ups&service_levels=true")["results"]
    assert (len(accounts), accounts[0]["service_levels"][0]["token"]) == (2, "ups_ground")
    wanted = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}
    shipment = shippo.post("/shipments", **wanted, carrier_accounts=[accounts[0]["object_id"]])
    assert {rate["provider"] for rate in shipment["rates"]} == {"UPS"}
    assert shipment["messages"] == []


def test_a_list_can_be_asked_for_a_stretch_of_time(world: World, shippo: Caller) -> None:
    label = shippo.label()
    early = world.clock()["now"]
    world.advance(1)
    late = shippo.label()["object_id"]

    def ids(query: str) -> list[str]:
        return [each["object_id"] for each in shippo.get(f"/transactions?{query}")["results"]]

    assert ids(f"object_created_gt={early}") == [late]
    assert ids(f"object_created_lte={early}") == [label["object_id"]]
    assert ids(f"object_created_gte={label['object_created']}") == [late, label["object_id"]]
    assert ids("object_created_gte=2017-01-01&object_created_lt=2017-01-01T03:30:30.5") == []
    for wrong in (
        "object_created_gt=soon",
        "object_created_gte=2199-01-01",
        f"object_created_gt={early}&object_created_gte={early}",
    ):
        assert shippo.call("GET", f"/transactions?{wrong}").status_code == 400


def test_a_page_holds_a_hundred_at_most(shippo: Caller) -> None:
    page = shippo.get("/transactions?results=5000")
    assert page == {"next": None, "previous": None, "results": []}
    assert shippo.call("GET", "/transactions?page=x").status_code == 404


def test_a_file_type_that_is_not_echoed_may_still_be_wrong(shippo: Caller) -> None:
    assert "label_file_type" not in shippo.label(label_file_type="PDF_4x6")
    body = refusal(shippo, "/transactions", rate=shippo.rate(), label_file_type="DOCX")
    assert body == {"label_file_type": ['"DOCX" is not a valid choice.']}


def test_one_call_buys_or_says_what_it_lacks(shippo: Caller) -> None:
    assert list(refusal(shippo, "/transactions", carrier_account="x")) == [
        "shipment",
        "servicelevel_token",
    ]
    shipment = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}
    account = shippo.get("/carrier_accounts?carrier=usps")["results"][0]["object_id"]
    asked = {
        "shipment": shipment,
        "carrier_account": account,
        "servicelevel_token": "usps_media_mail",
    }
    assert list(refusal(shippo, "/transactions", **asked)) == ["servicelevel_token"]
    label = shippo.post("/transactions", **{**asked, "servicelevel_token": "usps_priority"})
    assert (label["status"], label["rate"]["servicelevel_name"]) == ("SUCCESS", "Priority Mail")
    assert shippo.get(f"/transactions/{label['object_id']}")["rate"] == label["rate"]["object_id"]


def test_a_sender_without_mail_cannot_buy(shippo: Caller) -> None:
    rate = shippo.rate(address_from={**SENDER, "email": ""})
    label = shippo.post("/transactions", rate=rate, **{"async": False})
    assert (label["status"], label["tracking_number"], label["label_url"]) == ("ERROR", None, None)
    assert [m["text"] for m in label["messages"]] == [
        'Attribute "address_from.email" must not be empty.'
    ]


def test_a_connection_serves_many_calls(world: World) -> None:
    connection = http.client.HTTPConnection(urlsplit(world.url).netloc, timeout=5)
    for _ in range(3):
        connection.request(
            "GET", "/transactions", headers={"Authorization": f"ShippoToken {TOKEN}"}
        )
        socket = connection.sock
        assert connection.getresponse().read() == b'{"next":null,"previous":null,"results":[]}'
        assert connection.sock is socket
    connection.close()


def test_every_call_is_written_down_without_its_query(world: World, shippo: Caller) -> None:
    world.reset()
    shippo.get("/transactions?rate=secret")
    shippo.call("POST", "/webhooks/", json={})
    assert [(line["method"], line["path"], line["status"]) for line in world.requests()] == [
        ("GET", "/transactions", 200),
        ("POST", "/webhooks", 400),
    ]
    assert len(world.requests("POST", "/webhooks")) == 1


def test_a_head_tells_the_length_of_what_a_get_would_bring(world: World, shippo: Caller) -> None:
    url = shippo.label()["label_url"]
    whole, head = requests.get(url, timeout=5), requests.head(url, timeout=5)
    assert head.status_code == 200
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert head.content == b""
    assert requests.get(url, timeout=5).content == whole.content
