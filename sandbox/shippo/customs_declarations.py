"""Customs declarations: who certifies what, and what happens when nobody takes the parcel in."""

from typing import Any

from flask import Response, jsonify

from sandbox.refusals import Refused, within
from sandbox.shippo import addresses, customs_items
from sandbox.shippo.fields import (
    Checks,
    amount,
    check,
    choice,
    inside,
    money,
    text,
    truth,
    up_to,
)
from sandbox.shippo.pages import page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

CONTENTS = (
    *("DOCUMENTS", "GIFT", "SAMPLE", "MERCHANDISE", "HUMANITARIAN_DONATION"),
    *("RETURN_MERCHANDISE", "OTHER"),
)
EEL_PFC = ("NOEEI_30_37_a", "NOEEI_30_37_h", "NOEEI_30_37_f", "NOEEI_30_36", "AES_ITN")
B13A = ("FILED_ELECTRONICALLY", "SUMMARY_REPORTING", "NOT_REQUIRED")


def _certified(value: Any) -> list[str]:
    return truth(value) or ([] if value else ["The declaration must be certified."])


def _items(value: Any) -> list[str]:
    kind = type(value).__name__
    known = isinstance(value, list)
    return [] if known else [f'Expected a list of items but got type "{kind}".']


NEEDED: Checks = {
    "certify": _certified,
    "certify_signer": text,
    "contents_type": choice(CONTENTS),
    "non_delivery_option": choice(("ABANDON", "RETURN")),
    "items": _items,
}
CHARGES = ("total_shipping", "total_taxes", "total_duties", "other_fees")
TAX_ID = inside({}, {"number": text, "type": choice(("EIN", "VAT", "IOSS", "ARN"))})
PAYOR = inside({}, {"account": text, "type": choice(("SENDER", "RECIPIENT", "THIRD_PARTY"))})
OBJECTS: Checks = {
    "exporter_identification": inside({}, {"eori_number": text, "tax_id": TAX_ID}),
    "invoiced_charges": inside({"currency": money}, dict.fromkeys(CHARGES, amount)),
    "duties_payor": PAYOR,
}
TEXTS: Checks = {
    "contents_explanation": up_to(255),
    "eel_pfc": choice(EEL_PFC),
    "aes_itn": text,
    "incoterm": choice(("DDP", "DDU", "FCA", "DAP", "eDAP")),
    "b13a_filing_option": choice(B13A),
    "b13a_number": text,
    "certificate": text,
    "disclaimer": up_to(255),
    "exporter_reference": text,
    "importer_reference": text,
    "invoice": text,
    "license": text,
    "notes": up_to(255),
    "metadata": text,
}
TRUTHS: Checks = {"commercial_invoice": truth, "is_vat_collected": truth}

# When one field says this, another must be there.
CONDITIONS = (
    ("contents_type", ("OTHER",), "contents_explanation"),
    ("eel_pfc", ("AES_ITN",), "aes_itn"),
    ("b13a_filing_option", B13A, "b13a_number"),
)


def create() -> tuple[Response, int]:
    world = here()
    with world.store.change():
        made = kept(world, asked(), mode())
    return jsonify(made), 201


def index() -> Response:
    return jsonify(page("customs_declaration", default=5))


def show(object_id: str) -> Response:
    return jsonify(here().own("customs_declaration", object_id, mode()))


def kept(world: World, given: Doc, test: bool) -> Doc:
    """A new declaration; its items become objects of their own and are told by their ids."""
    check(given, NEEDED | _conditional(given), {**OBJECTS, **TEXTS, **TRUTHS})
    with within("items"):
        items = [customs_items.resolved(world, item, test) for item in given["items"]]
    declaration = {
        **world.born(test),
        "object_state": "VALID",
        "certify": True,
        **{name: given[name] for name in NEEDED if name not in ("certify", "items")},
        "items": [item["object_id"] for item in items],
        **{name: str(given.get(name) or "") for name in TEXTS},
        **{name: bool(given.get(name)) for name in TRUTHS},
        **{name: given.get(name) or None for name in OBJECTS},
        "address_importer": _importer(world, given, test),
    }
    return world.store.put("customs_declaration", declaration)


def resolved(world: World, given: object, test: bool) -> Doc:
    """That of a shipment: made before, by its id, or a new one."""
    if isinstance(given, dict):
        return kept(world, given, test)
    found = world.store.get("customs_declaration", str(given))
    if found is None or found["test"] != test:
        said = f"Customs declaration with object_id {given} not found."
        raise Refused(400, {"__all__": [said]})
    return found


def _importer(world: World, given: Doc, test: bool) -> str | None:
    """Given as an address or the id of one, told as its id."""
    if not given.get("address_importer"):
        return None
    with within("address_importer"):
        return str(addresses.resolved(world, given["address_importer"], test)["object_id"])


def _conditional(given: Doc) -> Checks:
    return {field: TEXTS[field] for when, values, field in CONDITIONS if given.get(when) in values}
