"""Label files: a page of the right size that says what a label says."""

import io

import pypdf
import pytest
import requests

from tests.sandbox.caller import RECIPIENT, Caller


@pytest.mark.parametrize("service", ["usps_priority", "ups_ground"])
def test_a_label_is_four_by_six_and_tells_who_and_what(shippo: Caller, service: str) -> None:
    label = shippo.label(service, metadata="qs1:7:1")
    answer = requests.get(label["label_url"], timeout=5)
    assert answer.headers["Content-Type"] == "application/pdf"
    (page,) = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert (page.mediabox.width, page.mediabox.height) == (4 * 72, 6 * 72)
    said = page.extract_text()
    for words in ("SAMPLE", "Alice Adams", "350 5th Ave", "New York NY 10118", "qs1:7:1"):
        assert words in said
    assert label["tracking_number"] in said.replace(" ", "")


def test_names_the_printer_cannot_spell_do_not_stop_it(shippo: Caller) -> None:
    rate = shippo.rate(address_to={**RECIPIENT, "name": "Анна " * 20})
    label = shippo.post("/transactions", rate=rate, **{"async": False})
    assert requests.get(label["label_url"], timeout=5).content.startswith(b"%PDF")


def test_a_link_that_was_not_signed_opens_nothing(shippo: Caller) -> None:
    bare = shippo.label()["label_url"].partition("?")[0]
    for url in (bare, f"{bare}?Expires=99999999999&Signature=0"):
        answer = requests.get(url, timeout=5)
        assert (answer.status_code, "AccessDenied" in answer.text) == (403, True)
