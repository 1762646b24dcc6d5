"""What the address validator may say, in Shippo's words and codes."""

from dataclasses import dataclass, field

from sandbox.store import Doc

SOURCE = "Shippo Address Validator"
ERROR, WARNING, CORRECTION = "address_error", "address_warning", "address_correction"

# code: its type, whether the address can be delivered to all the same, the text
SAYINGS = {
    "Default Match": (
        WARNING,
        True,
        "More information, such as an apartment or suite number, may give a more specific address.",
    ),
    "Unknown Street": (
        WARNING,
        False,
        "City, State and ZIP Code are valid, but street address is not a match.",
    ),
    "Address Not Found": (
        ERROR,
        False,
        "The address as submitted could not be found. Please check for excessive abbreviations in"
        " the street address line or in the City name.",
    ),
    "Multiple Responses": (
        ERROR,
        False,
        "The address matched multiple records, please enter more information to locate a unique"
        " address.",
    ),
    "Non-Deliverable ZIP4": (
        ERROR,
        False,
        "The address is in the Postal Service's records, but no mail is delivered there.",
    ),
    "Invalid City/State/Zip": (
        ERROR,
        False,
        "The City, State and ZIP Code do not belong together.",
    ),
    "Invalid State": (ERROR, False, "The State is not one of the United States."),
    "invalid_postal_code": (ERROR, False, "The postal code is not one."),
    "postal_code_not_found": (ERROR, False, "The postal code could not be found."),
    "street_detail_missing": (ERROR, False, "The street address is missing."),
    "premise_number_missing": (ERROR, False, "The house number is missing."),
    "box_number_missing": (ERROR, False, "The number of the post office box is missing."),
    "verification_error": (
        ERROR,
        False,
        "The address could not be verified at least up to the postal code level.",
    ),
    "service_error": ("service_error", False, "The address could not be looked up at this time."),
    "locality_change": (CORRECTION, True, "The locality (city) was added or changed."),
    "administrative_area_change": (
        CORRECTION,
        True,
        "The administrative area (state or province) was added or changed.",
    ),
    "postal_code_change": (CORRECTION, True, "The postal code was added or changed."),
    "street_type_change": (CORRECTION, True, "The street type was added or changed."),
}


@dataclass
class Verdict:
    """The address as it should be written, and what is to be said about it."""

    address: Doc
    codes: list[str] = field(default_factory=list)
    residential: bool | None = None

    def say(self, code: str) -> None:
        if code not in self.codes:
            self.codes.append(code)

    @property
    def valid(self) -> bool:
        return all(SAYINGS[code][1] for code in self.codes)

    @property
    def corrected(self) -> bool:
        return any(SAYINGS[code][0] == CORRECTION for code in self.codes)

    @property
    def messages(self) -> list[Doc]:
        return [
            {"source": SOURCE, "code": code, "type": kind, "text": text}
            for code in self.codes
            for kind, _, text in [SAYINGS[code]]
        ]
