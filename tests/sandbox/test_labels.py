"""Label files: every type is a sheet of its size, and a scanner reads the tracking number."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from PIL import Image

from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER, Caller
from tests.sandbox.readers import extent, fetched, pictures, scanned, sizes, words
from tests.world import World

MM = 72 / 25.4
PDF_SIZES = {
    "PDF": (612, 792),
    "PDF_4x6": (288, 432),
    "PDF_4x8": (288, 576),
    "PDF_2.3x7.5": (165.6, 540),
    "PDF_A4": (210 * MM, 297 * MM),
    "PDF_A5": (148 * MM, 210 * MM),
    "PDF_A6": (105 * MM, 148 * MM),
}
PNG_SIZES = {"PNG": (1200, 1800), "PNG_2.3x7.5": (690, 2250)}


def address(name: str, place: str, country: str) -> dict[str, str]:
    street, zip_, city = place.split(", ")
    reached = {"email": "who@quayside.test", "phone": "+442079460000"}
    return {
        "name": name,
        "street1": street,
        "zip": zip_,
        "city": city,
        "country": country,
        **reached,
    }


BERLIN = address("Jörg Weiß", "Torstraße 1, 10119, Berlin", "DE")
HAMBURG = address("Käthe Groß", "Jungfernstieg 7, 20354, Hamburg", "DE")
LONDON = address("Zoë Łukasiewicz", "221B Baker Street, NW1 6XE, London", "GB")
LEEDS = address("Ann Bell", "1 The Headrow, LS1 6PU, Leeds", "GB")
PARIS = address("Chloé Lefèvre", "5 Rue de Rivoli, 75004, Paris", "FR")
LYON = address("Noël Brun", "2 Place Bellecour, 69002, Lyon", "FR")
MADRID = address("Íñigo Peña", "Gran Vía 1, 28013, Madrid", "ES")
SEVILLE = address("José Núñez", "Calle Sierpes 9, 41004, Sevilla", "ES")
CALLED = {**SENDER, "phone": "+14155550100"}
LANES: dict[str, tuple[Any, Any]] = {
    "USPS": (SENDER, RECIPIENT),
    "UPS": (SENDER, RECIPIENT),
    "DHL Express": (CALLED, LONDON),
    "DPD GERMANY": (BERLIN, HAMBURG),
    "Deutsche Post": (BERLIN, PARIS),
    "Evri UK": (LONDON, LEEDS),
    "Colissimo": (PARIS, LYON),
    "Chronopost": (PARIS, LYON),
    "Correos": (MADRID, SEVILLE),
}
DECLARED = {
    "contents_type": "MERCHANDISE",
    "certify": True,
    "certify_signer": "Quinn Dock",
    "non_delivery_option": "RETURN",
    "eel_pfc": "NOEEI_30_37_a",
    "items": [
        {
            "description": "Waxed canvas tote bag",
            "quantity": 2,
            "net_weight": "1.2",
            "mass_unit": "lb",
            "value_amount": "156.00",
            "value_currency": "USD",
            "origin_country": "US",
            "tariff_number": "4202.92",
        }
    ],
}


def offered(shippo: Caller, carrier: str, **changed: Any) -> str:
    """The id of this carrier's first rate on a lane it serves."""
    sender, recipient = LANES[carrier]
    wanted = {"address_from": sender, "address_to": recipient, "parcels": [PARCEL], **changed}
    if wanted["address_from"]["country"] != wanted["address_to"]["country"]:
        wanted.setdefault("customs_declaration", DECLARED)
    rates = shippo.post("/shipments", **wanted)["rates"]
    return str(next(rate["object_id"] for rate in rates if rate["provider"] == carrier))


def bought(shippo: Caller, rate: str, **more: Any) -> dict[str, Any]:
    label: dict[str, Any] = shippo.post("/transactions", rate=rate, **{"async": False}, **more)
    assert label["status"] == "SUCCESS", label["messages"]
    return label


def drawn(shippo: Caller, file_type: str = "PDF_4x6", **changed: Any) -> bytes:
    rate = offered(shippo, "USPS", **changed)
    return fetched(bought(shippo, rate, label_file_type=file_type)["label_url"])


@pytest.mark.parametrize("carrier", LANES)
def test_a_scanner_reads_the_tracking_number_off_every_type(shippo: Caller, carrier: str) -> None:
    rate = offered(shippo, carrier)
    for file_type in (*PDF_SIZES, *PNG_SIZES):
        label = bought(shippo, rate, label_file_type=file_type)
        (picture,) = pictures(fetched(label["label_url"]))
        number = [label["tracking_number"]]
        assert (file_type, scanned(picture)) == (file_type, number)
        assert set(scanned(picture, "QR Code")) <= set(number)


@pytest.mark.parametrize("file_type", PDF_SIZES)
def test_a_pdf_is_one_sheet_of_its_size_and_says_sample(shippo: Caller, file_type: str) -> None:
    label = bought(shippo, offered(shippo, "USPS"), label_file_type=file_type, metadata="qs1:7:1")
    answer = requests.get(label["label_url"], timeout=5)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert sizes(answer.content) == [pytest.approx(PDF_SIZES[file_type], abs=0.01)]
    said = words(answer.content)
    for expected in ("SAMPLE", "Alice Adams", "350 5th Ave", "qs1:7:1", "2 lb · 10 × 8 × 4 in"):
        assert expected in said
    assert label["tracking_number"] in said.replace(" ", "")


@pytest.mark.parametrize("file_type", PNG_SIZES)
def test_a_png_has_its_size_in_dots(shippo: Caller, file_type: str) -> None:
    label = bought(shippo, offered(shippo, "USPS"), label_file_type=file_type)
    answer = requests.get(label["label_url"], timeout=5)
    assert answer.headers["Content-Type"] == "image/png"
    assert ".png?" in label["label_url"]
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == PNG_SIZES[file_type]
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_label_nobody_chose_a_type_for_is_four_by_six(shippo: Caller) -> None:
    assert sizes(fetched(shippo.label()["label_url"])) == [(288, 432)]


def test_every_parcel_of_several_says_which_it_is(shippo: Caller) -> None:
    rate = offered(shippo, "UPS", parcels=[PARCEL, PARCEL])
    bought(shippo, rate)
    sold = shippo.get(f"/transactions?rate={rate}")["results"]
    said = [words(fetched(label["label_url"])) for label in sold]
    assert sorted("1 OF 2" in each for each in said) == [False, True]
    assert sorted("2 OF 2" in each for each in said) == [False, True]


def test_a_label_abroad_carries_its_declaration_and_the_country(shippo: Caller) -> None:
    said = words(drawn(shippo, address_from=CALLED, address_to=LONDON))
    for expected in (
        *("UNITED KINGDOM", "CN 22", "MERCHANDISE", "2 × Waxed canvas tote bag"),
        *("156.00 USD", "4202.92", "Signed: Quinn Dock"),
    ):
        assert expected in said


def test_a_return_is_drawn_the_other_way_round(shippo: Caller) -> None:
    said = words(drawn(shippo, extra={"is_return": True}))
    assert said.index("Alice Adams") < said.index("SHIP TO") < said.index("Quayside")


def test_what_the_sender_asked_for_is_on_the_label(shippo: Caller) -> None:
    extra = {"signature_confirmation": "ADULT", "reference_1": "PO 4711"}
    said = words(drawn(shippo, extra=extra))
    assert "ADULT SIGNATURE REQUIRED" in said
    assert "REF 1: PO 4711" in said
    named = {**extra, "po_number": {"prefix": "PO", "value": "88-12"}}
    assert "REF 1: 88-12" in words(drawn(shippo, extra=named))


@pytest.mark.parametrize(
    "name", ["Αντώνης Σαμαράς", "Świętosława Żółć", "Анна Ёлкина", "Nguyễn Thị Đỏ"]
)
def test_names_are_spelled_as_they_were_given(shippo: Caller, name: str) -> None:
    for file_type in ("PDF_4x6", "PDF_2.3x7.5"):
        said = words(drawn(shippo, file_type, address_to={**RECIPIENT, "name": name}))
        assert name in " ".join(said.split())


def test_what_cannot_be_spelled_shows_as_boxes(shippo: Caller) -> None:
    odd = {**RECIPIENT, "name": "Mia 👩‍🚀 Rossi", "company": "東京 & ^FS~\\_ Ltd"}
    for file_type in ("PDF_4x6", "PNG", "ZPLII"):
        assert drawn(shippo, file_type, address_to=odd)
    said = words(drawn(shippo, address_to=odd))
    assert "Mia □□ Rossi" in said
    assert "□□ & ^FS~\\_ Ltd" in said


@pytest.mark.parametrize("long", ["Wide " * 20, "W" * 100, "Анна " * 20])
def test_a_hundred_signs_in_every_line_stay_in_their_place(shippo: Caller, long: str) -> None:
    who = {**RECIPIENT, **dict.fromkeys(("name", "company", "street2"), long)}
    for file_type in ("PDF_4x6", "PDF_2.3x7.5", "PDF_A6"):
        paper = drawn(shippo, file_type, address_from={**SENDER, "company": long}, address_to=who)
        left, bottom, right, top = extent(paper)
        width, height = PDF_SIZES[file_type]
        assert min(left, bottom) > 7
        assert right < width - 7
        assert top < height - 7
        assert "New York NY 10118" in " ".join(words(paper).split())
        assert len(scanned(pictures(paper)[0])) == 1
    (picture,) = pictures(drawn(shippo, "PNG", address_to=who))
    assert picture.crop((0, 0, 28, 1800)).getextrema() == (255, 255)
    assert picture.crop((1172, 0, 1200, 1800)).getextrema() == (255, 255)


def test_many_drawn_at_once_are_the_same_as_drawn_alone(shippo: Caller) -> None:
    people = ("Αντώνης", "Świętosława", "Анна", "Zoë")
    labels = [
        bought(shippo, offered(shippo, "USPS", address_to={**RECIPIENT, "name": name}))
        for name in people
    ]
    alone = [fetched(label["label_url"]) for label in labels]
    with ThreadPoolExecutor(8) as crowd:
        together = list(crowd.map(fetched, [label["label_url"] for label in labels] * 6))
    assert together == alone * 6


def test_a_link_that_was_not_signed_opens_nothing(shippo: Caller) -> None:
    label, other = shippo.label(), shippo.label()
    bare, _, proof = label["label_url"].partition("?")
    elsewhere = bare.replace(label["object_id"], other["object_id"])
    for url in (
        bare,
        f"{bare}?Expires=99999999999&Signature=0",
        f"{bare}?Expires=²&Signature=é",
        f"{elsewhere}?{proof}",
        f"{bare.removesuffix('pdf')}png?{proof}",
    ):
        answer = requests.get(url, timeout=5)
        assert answer.status_code == 403
        assert "<Code>AccessDenied</Code>" in answer.text
        assert answer.headers["Content-Type"].startswith("application/xml")


def test_a_link_ends_after_a_day_and_a_fresh_look_has_a_new_one(
    world: World, shippo: Caller
) -> None:
    label = shippo.label()
    world.advance(23.9)
    assert requests.get(label["label_url"], timeout=5).status_code == 200
    world.advance(1.2)
    answer = requests.get(label["label_url"], timeout=5)
    assert (answer.status_code, "Request has expired" in answer.text) == (403, True)
    again = shippo.get(f"/transactions/{label['object_id']}")["label_url"]
    assert scanned(pictures(fetched(again))[0]) == [label["tracking_number"]]
