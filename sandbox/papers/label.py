"""What one label says, gathered from the purchase, its shipment and its rate."""

import re
from dataclasses import dataclass
from datetime import datetime

from sandbox.carriers.services import CARRIERS
from sandbox.papers import parties
from sandbox.papers.customs import Declaration, declaration
from sandbox.store import Doc
from sandbox.world import World

MARKS = {
    "usps_priority_express": "E",
    "usps_priority_mail_express_international": "E",
    "usps_media_mail": "M",
    "ups_second_day_air": "2",
    "ups_second_day_air_am": "2A",
    "ups_next_day_air": "1",
    "ups_next_day_air_saver": "1P",
    "ups_next_day_air_early_am": "1+",
    "ups_3_day_select": "3",
    "dhl_express_worldwide": "WPX",
}
GROUPS = {"ups": (2, 3, 3, 2, 4, 4), "dhl_express": (2, 4, 4), "hermes_uk": (4, 4, 4, 4)}
POSTAL = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")  # as the world's post offices number parcels
SIGNATURES = {"ADULT": "ADULT SIGNATURE REQUIRED", "CERTIFIED": "CERTIFIED MAIL"}


@dataclass(frozen=True)
class Label:
    carrier: str
    service: str
    mark: str  # the service as one large sign
    zone: str
    routing: str
    sender: list[str]
    recipient: list[str]
    weight: str
    size: str
    date: str
    paid: str
    piece: str  # "1 OF 2", or nothing
    references: list[str]
    wishes: list[str]
    number: str
    grouped: str
    customs: Declaration | None

    @property
    def title(self) -> str:
        """Carrier and service, but not "DPD UK DPD Air Express"."""
        named = self.service.split(" ")[0] == self.carrier.split(" ")[0]
        return self.service if named else f"{self.carrier} {self.service}"


def gathered(world: World, transaction: Doc) -> Label:
    shipment = world.store.get("shipment", transaction["_shipment"]) or {}
    rate = world.store.get("rate", transaction["rate"]) or {}
    sender, recipient = sides(shipment)
    abroad = sender["country"] != recipient["country"]
    place, parcel = _parcel(shipment, transaction)
    count = len(shipment["parcels"])
    level, carrier = rate["servicelevel"], CARRIERS[transaction["_carrier"]]
    return Label(
        carrier=carrier.name,
        service=level["name"],
        mark=MARKS.get(level["token"], level["name"][:1]).upper(),
        zone=str(rate.get("zone") or ""),
        routing=_routing(recipient, abroad=abroad),
        sender=parties.lines(sender, abroad=abroad),
        recipient=parties.lines(recipient, abroad=abroad),
        weight=f"{parcel['weight']} {parcel['mass_unit']}",
        size=" × ".join(str(parcel[side]) for side in SIDES) + f" {parcel['distance_unit']}",
        date=day(str(shipment["shipment_date"])),
        paid=f"{rate['amount']} {rate['currency']}",
        piece=f"{place + 1} OF {count}" if count > 1 else "",
        references=_references(shipment, parcel, transaction),
        wishes=_wishes(shipment["extra"]),
        number=transaction["tracking_number"],
        grouped=grouped(carrier.token, transaction["tracking_number"]),
        customs=declaration(world, shipment) if abroad else None,
    )


SIDES = ("length", "width", "height")


def grouped(carrier: str, number: str) -> str:
    """The number in the carrier's own groups, else in fours."""
    if POSTAL.fullmatch(number):
        groups: tuple[int, ...] = (2, 3, 3, 3, 2)
    elif sum(GROUPS.get(carrier, ())) == len(number):
        groups = GROUPS[carrier]
    else:
        groups = (4,) * -(-len(number) // 4)
    parts, at = [], 0
    for length in groups:
        parts.append(number[at : at + length])
        at += length
    return " ".join(parts)


def sides(shipment: Doc) -> tuple[Doc, Doc]:
    """From whom, to whom: Shippo itself turns a return around."""
    there, back = shipment["address_from"], shipment["address_to"]
    return (back, there) if shipment["extra"].get("is_return") else (there, back)


def _parcel(shipment: Doc, transaction: Doc) -> tuple[int, Doc]:
    for place, parcel in enumerate(shipment["parcels"]):
        if parcel["object_id"] == transaction["parcel"]:
            return place, parcel
    return 0, shipment["parcels"][0]


def _routing(recipient: Doc, *, abroad: bool) -> str:
    """What a sorter reads from afar: country or state, and the first half of the code."""
    zip_, state = (str(recipient[part] or "").upper() for part in ("zip", "state"))
    if recipient["country"] == "US":
        return f"{state} {zip_[:3]}"
    half = zip_.split(" ")[0][:5]
    return f"{recipient['country']}-{half}" if abroad else half or recipient["country"]


def _references(shipment: Doc, parcel: Doc, transaction: Doc) -> list[str]:
    """Those with names of their own before the nameless two, and last what the caller noted."""
    extra, own = shipment["extra"], parcel["extra"] or {}
    named = [extra[name].get("value") for name in NAMED if extra.get(name)]
    said = named or [own.get(name) or extra.get(name) for name in REFERENCES]
    return [str(each) for each in (*said, transaction["metadata"]) if each]


NAMED = ("customer_reference", "po_number", "invoice_number", "dept_number", "rma_number")
REFERENCES = ("reference_1", "reference_2")


def day(stamp: str) -> str:
    """As carriers print it; what is no date stays as it was given."""
    try:
        return f"{datetime.fromisoformat(stamp):%d %b %Y}".upper()
    except ValueError:
        return stamp[:10]


def _wishes(extra: Doc) -> list[str]:
    signature = extra.get("signature_confirmation")
    wishes = [SIGNATURES.get(signature, "SIGNATURE REQUIRED")] if signature else []
    wishes += ["SATURDAY DELIVERY"] if extra.get("saturday_delivery") else []
    return wishes + (["RETURN SERVICE"] if extra.get("is_return") else [])
