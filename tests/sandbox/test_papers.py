"""Papers beside the label: slips, invoices, manifests, and the labels of a batch in one file."""

from typing import Any

import pytest
import requests

from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER, Caller
from tests.sandbox.readers import OFFICE, extent, fetched, pictures, scanned, sizes, words
from tests.sandbox.test_labels import BERLIN, CALLED, DECLARED, LONDON, PARIS, bought, offered
from tests.until import until
from tests.world import World

LETTER, A4 = (612, 792), (595.28, 841.89)
ITEM = {
    "title": "Waxed canvas tote bag",
    "variant_title": "Navy",
    "sku": "TOTE-NVY",
    "quantity": 2,
    "total_price": "156.00",
    "currency": "USD",
    "weight": "2.40",
    "weight_unit": "lb",
}


def slip(shippo: Caller, **changed: Any) -> bytes:
    order = {
        "to_address": RECIPIENT,
        "from_address": SENDER,
        "placed_at": "2027-03-11T09:00:00Z",
        "order_number": "Q-10234",
        "shipping_method": "USPS Priority Mail",
        "currency": "USD",
        "subtotal_price": "156.00",
        "shipping_cost": "9.40",
        "total_price": "165.40",
        "line_items": [ITEM],
        "notes": "Leave with the concierge.",
        **changed,
    }
    made = shippo.post("/orders", **order)
    return fetched(shippo.get(f"/orders/{made['object_id']}/packingslip")["slip_url"])


def batch(world: World, shippo: Caller, count: int, **more: Any) -> dict[str, Any]:
    """A batch of so many labels, bought."""
    account = next(
        each["object_id"]
        for each in shippo.get("/carrier_accounts?carrier=usps")["results"]
        if each["carrier"] == "usps"
    )
    shipment = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}
    made = shippo.post(
        "/batches",
        default_carrier_account=account,
        default_servicelevel_token="usps_priority",
        batch_shipments=[{"shipment": shipment}] * count,
        **more,
    )
    path = f"/batches/{made['object_id']}"
    assert until(lambda: shippo.get(path)["status"] == "VALID", 30)
    assert shippo.call("POST", f"{path}/purchase").status_code in (200, 202)
    assert until(lambda: shippo.get(path)["status"] == "PURCHASED", 60)
    return dict(shippo.get(path))


def test_a_packing_slip_lists_what_should_be_in_the_box(shippo: Caller) -> None:
    paper = slip(shippo)
    assert sizes(paper) == [LETTER]
    said = words(paper)
    for expected in (
        *("Packing slip", "Q-10234", "11 MAR 2027", "USPS Priority Mail", "Alice Adams"),
        *("Waxed canvas tote bag · Navy", "TOTE-NVY", "2.40 lb", "165.40 USD"),
        *("Leave with the concierge.", "SAMPLE"),
    ):
        assert expected in said


def test_a_long_order_goes_over_several_pages(shippo: Caller) -> None:
    items = [{**ITEM, "title": f"{number} " + "Ἀθῆναι " * 60} for number in range(60)]
    paper = slip(shippo, line_items=items, from_address=BERLIN, notes="Ring twice. " * 80)
    assert len(sizes(paper)) > 3
    assert sizes(paper)[0] == pytest.approx(A4, abs=0.01)
    left, bottom, right, top = extent(paper)
    assert min(left, bottom) > 36
    assert right < A4[0] - 36
    assert top < A4[1] - 36
    assert all(f"page {number + 1}" in words(paper) for number in range(len(sizes(paper))))


def test_an_order_with_the_least_has_a_slip_too(shippo: Caller) -> None:
    made = shippo.post("/orders", to_address=LONDON, placed_at="2027-03-11T09:00:00Z")
    paper = fetched(shippo.get(f"/orders/{made['object_id']}/packingslip")["slip_url"])
    assert "Zoë Łukasiewicz" in words(paper)


def test_an_invoice_says_what_is_declared(shippo: Caller) -> None:
    customs = {
        **DECLARED,
        "incoterm": "DDU",
        "exporter_identification": {
            "eori_number": "GB123456789000",
            "tax_id": {"number": "12-3456789", "type": "EIN"},
        },
        "invoice": "INV-7",
        "invoiced_charges": {"currency": "USD", "total_shipping": "38.60"},
        "notes": "Handle with care.",
    }
    rate = offered(
        shippo, "USPS", address_from=CALLED, address_to=LONDON, customs_declaration=customs
    )
    label = bought(shippo, rate)
    paper = fetched(label["commercial_invoice_url"])
    assert sizes(paper) == [LETTER]
    said = words(paper)
    for expected in (
        *("Commercial invoice", "INV-7", "UNITED STATES", "UNITED KINGDOM", "DDU"),
        *("EORI GB123456789000", "EIN 12-3456789", "Waxed canvas tote bag", "4202.92"),
        *("78.00", "156.00 USD", "38.60 USD", "194.60 USD", "Handle with care."),
        *("NOEEI_30_37_a", "Signed by Quinn Dock", "SAMPLE"),
    ):
        assert expected in said
    assert label["tracking_number"] in said.replace(" ", "")


def test_a_label_at_home_has_no_invoice(shippo: Caller) -> None:
    assert shippo.label()["commercial_invoice_url"] is None


def test_a_manifest_is_scanned_once_and_lists_every_label(world: World, shippo: Caller) -> None:
    labels = [bought(shippo, offered(shippo, "USPS")) for _ in range(3)]
    rate = shippo.get(f"/rates/{labels[0]['rate']}")
    made = shippo.post(
        "/manifests",
        carrier_account=rate["carrier_account"],
        shipment_date=world.clock()["now"],
        address_from=SENDER,
        transactions=[label["object_id"] for label in labels],
        **{"async": False},
    )
    assert (made["status"], made["errors"]) == ("SUCCESS", [])
    (url,) = made["documents"]
    paper = fetched(url)
    said = words(paper)
    assert "USPS SCAN form" in said
    assert all(label["tracking_number"] in said.replace(" ", "") for label in labels)
    (number,) = scanned(pictures(paper, OFFICE)[0])
    assert number in said
    assert (len(number), number[:4]) == (22, "9275")


def test_a_batch_is_one_file_with_a_page_for_every_label(world: World, shippo: Caller) -> None:
    done = batch(world, shippo, 3, label_filetype="PDF_A6")
    (url,) = done["label_url"]
    paper = fetched(url)
    assert sizes(paper) == [pytest.approx((297.64, 419.53), abs=0.01)] * 3
    read = [scanned(picture) for picture in pictures(paper)]
    sold = shippo.get("/transactions")["results"]
    assert sorted(read) == sorted([label["tracking_number"]] for label in sold)


def test_a_batch_of_more_than_a_hundred_has_more_than_one_file(
    world: World, shippo: Caller
) -> None:
    done = batch(world, shippo, 102)
    assert [len(sizes(fetched(url))) for url in done["label_url"]] == [100, 2]


def test_links_to_papers_prove_themselves_and_end_like_those_to_labels(
    world: World, shippo: Caller
) -> None:
    made = shippo.post("/orders", to_address=PARIS, placed_at="2027-03-11T09:00:00Z")
    told = shippo.get(f"/orders/{made['object_id']}/packingslip")
    bare, _, proof = told["slip_url"].partition("?")
    for url in (
        bare,
        f"{bare.replace('slips', 'invoices')}?{proof}",
        told["slip_url"].replace("Signature=", "Signature=0"),
    ):
        answer = requests.get(url, timeout=5)
        assert (answer.status_code, "AccessDenied" in answer.text) == (403, True)
    world.advance(26)
    assert requests.get(told["slip_url"], timeout=5).status_code == 403
    again = shippo.get(f"/orders/{made['object_id']}/packingslip")["slip_url"]
    assert fetched(again).startswith(b"%PDF")
