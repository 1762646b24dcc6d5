"""What the carriers of the sandbox offer: services, lanes, speeds and what they cost."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Service:
    carrier: str
    token: str
    name: str
    lane: str  # "US" within a country, "US>" out of it
    base: Decimal  # first pound to the nearest zone, in the sender's currency
    per_lb: Decimal
    reach: Decimal  # how much each further zone adds to the price
    days: tuple[int, int]  # to the nearest and to the farthest zone
    arrives_by: str | None = None
    terms: str = ""


@dataclass(frozen=True)
class Carrier:
    token: str
    name: str  # as a rate's `provider` shows it
    source: str  # as its messages are signed
    divisor: int = 139  # cubic inches to a dimensional pound
    max_lb: int = 150
    says: str = ""  # what a carrier answers that never quotes
    accounts: int = 1
    most_parcels: int = 30  # in one shipment
    boxes: bool = True  # brings parcels to post office boxes and to the military


RESTRICTED = "Your account is restricted from using this carrier."
NOTHING_SET_UP = "No services are set up for this account."
NO_SERVICE = "{name} doesn't support shipments from {sender} to {recipient}."

CARRIERS = {
    carrier.token: carrier
    for carrier in (
        Carrier("usps", "USPS", "USPS", divisor=166, max_lb=70, most_parcels=1),
        Carrier("ups", "UPS", "UPS", accounts=2, most_parcels=50, boxes=False),
        Carrier("fedex", "FedEx", "FedEx", says=RESTRICTED, boxes=False),
        Carrier("dhl_express", "DHL Express", "DHLExpress", boxes=False),
        Carrier("canada_post", "Canada Post", "CanadaPost", says="Invalid or missing credentials."),
        Carrier("chronopost", "Chronopost", "Chronopost"),
        Carrier("colissimo", "Colissimo", "Colissimo"),
        Carrier("correos", "Correos", "Correos"),
        Carrier(
            "couriersplease",
            "Couriers Please",
            "CouriersPlease",
            says="Carrier account is not active.",
        ),
        Carrier("deutsche_post", "Deutsche Post", "DeutschePost", max_lb=4),
        Carrier("dpd_de", "DPD GERMANY", "DPDGermany"),
        Carrier("dpd_uk", "DPD UK", "DPDUK"),
        Carrier("hermes_uk", "Evri UK", "HermesUK", max_lb=33),
        Carrier("lso", "LSO", "LSO", says="Service is not available for the given zip codes."),
    )
}


def known(token: str) -> Carrier:
    """A carrier that is sold here, or one that one may connect and that never quotes."""
    return CARRIERS.get(token) or Carrier(token, token, token, says=NOTHING_SET_UP)


def _service(row: dict[str, str]) -> Service:
    return Service(
        carrier=row["carrier"],
        token=row["token"],
        name=row["name"],
        lane=row["lane"],
        base=Decimal(row["base"]),
        per_lb=Decimal(row["per_lb"]),
        reach=Decimal(row["reach"]),
        days=(int(row["near_days"]), int(row["far_days"])),
        arrives_by=row["arrives_by"] or None,
        terms=row["terms"],
    )


with Path(__file__).with_name("services.csv").open(encoding="utf-8", newline="") as table:
    SERVICES = tuple(_service(row) for row in csv.DictReader(table))
BY_TOKEN = {service.token: service for service in SERVICES}

# Tokens that `/tracks` knows, whether or not they are sold here.
TRACKED = frozenset(CARRIERS) | frozenset(
    """
    airterra apc_postal apg aramex asendia_us australia_post axlehire better_trucks borderguru
    boxberry bring cdl collect_plus correios_br correos_espana dhl_benelux dhl_ecommerce
    dhl_germany_c2c dhl_germany estafeta fastway_australia globegistics gls_us gophr gso
    hermes_germany_b2c hongkong_post lasership mondial_relay new_zealand_post nippon_express ontrac
    parcelforce passport pcf poste_italiane posti purolator royal_mail royal_mail_sf rr_donnelley
    russian_post skypostal stuart swyft uds veho
    """.split()  # noqa: SIM905  a hundred quotes would be no clearer
)
