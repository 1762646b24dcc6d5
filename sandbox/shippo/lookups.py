"""The newer way to validate an address: asked by its parts, answered at once, nothing is kept."""

from flask import Response, jsonify, request

from sandbox.carriers.countries import code_of
from sandbox.carriers.zones import REGIONS
from sandbox.refusals import REQUIRED, Refused, wrong
from sandbox.shippo.fields import check, text
from sandbox.shippo.validation import validated
from sandbox.shippo.verdicts import Verdict
from sandbox.store import Doc

# The newer names of an address's lines, and those it is kept by.
NAMES = {
    "address_line_1": "street1",
    "address_line_2": "street2",
    "address_line_3": "street3",
    "city_locality": "city",
    "state_province": "state",
    "postal_code": "zip",
    "country_code": "country",
    "name": "name",
    "organization": "company",
    "phone": "phone",
    "email": "email",
}
HOME = "US"  # where an address is that names no country
CONFIDENCE = {
    "valid": ("high", "postal_data_match", "The address was matched as it was given."),
    "partially_valid": (
        "medium",
        "postal_data_match_with_corrections",
        "The address was matched after corrections.",
    ),
}


def validate() -> Response:
    given = {name: request.args[name].strip() for name in NAMES if request.args.get(name)}
    country = code_of(given.get("country_code", HOME))
    _enough(given, country)
    lines = {old: given.get(new, "") for new, old in NAMES.items()} | {"street_no": ""}
    if country is None:
        raise wrong(country_code="Please use the ISO-2 code of the country.")
    verdict = validated({**lines, "country": country})
    recommended = _recommended(verdict, given)
    return jsonify(
        {
            "original_address": given,
            "recommended_address": recommended,
            "analysis": _analysis(verdict, given, recommended),
            "geo": _place(verdict),
        }
    )


def _enough(given: Doc, country: str | None) -> None:
    """At home a ZIP code or a city with its state will do; elsewhere the city must be there."""
    check(given, {"address_line_1": text}, dict.fromkeys(NAMES, text))
    if country != HOME:
        needed = ["city_locality"]
    else:
        needed = [] if given.get("postal_code") else ["city_locality", "state_province"]
    absent = {name: REQUIRED for name in needed if not given.get(name)}
    if absent:
        raise Refused(400, absent)


def _value(verdict: Verdict) -> str:
    if not verdict.valid:
        return "invalid"
    return "partially_valid" if verdict.corrected else "valid"


def _recommended(verdict: Verdict, given: Doc) -> Doc | None:
    """How it should be written; nothing is recommended where nothing was found."""
    if not verdict.valid:
        return None
    written = {
        new: verdict.address[old]
        for new, old in NAMES.items()
        if verdict.address[old] or new in given
    }
    score, code, description = CONFIDENCE[_value(verdict)]
    lines = (
        written["address_line_1"],
        written.get("address_line_2", ""),
        written.get("city_locality", ""),
        f"{written.get('state_province', '')} {written.get('postal_code', '')}".strip(),
        written["country_code"],
    )
    return {
        **written,
        "complete_address": ", ".join(line for line in lines if line),
        "confidence_result": {"score": score, "code": code, "description": description},
    }


def _analysis(verdict: Verdict, given: Doc, recommended: Doc | None) -> Doc:
    kinds = {True: "residential", False: "commercial", None: "unknown"}
    changed = [
        name for name in NAMES if recommended and recommended.get(name, "") != given.get(name, "")
    ]
    return {
        "validation_result": {
            "value": _value(verdict),
            "reasons": [
                {"code": said["code"], "type": said["type"], "description": said["text"]}
                for said in verdict.messages
            ],
        },
        "address_type": kinds[verdict.residential],
        "changed_attributes": changed,
    }


def _place(verdict: Verdict) -> Doc:
    """Roughly: the middle of the region, which is all this validator knows."""
    here = REGIONS.get(verdict.address["zip"][:1]) if verdict.address["country"] == "US" else None
    latitude, longitude = here if here and verdict.valid else (None, None)
    return {"latitude": latitude, "longitude": longitude}
