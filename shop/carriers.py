"""What we know of carriers: names, public pages, and whom to call when something is wrong.

Phones and claim windows come from public, secondary sources: check them before you rely on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """One carrier. `page` is its public tracking address with {n} for the number."""

    token: str
    name: str
    page: str
    phone: str = ""
    claims: str = ""
    claim_window: str = ""
    patterns: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """What people call its page: usps.com, ups.com."""
        host = urlsplit(self.page).hostname or ""
        return host.removeprefix("www.").removeprefix("tools.").removeprefix("track.")


CARRIERS = {
    carrier.token: carrier
    for carrier in (
        Carrier(
            token="usps",  # noqa: S106 - a carrier's name, not a password
            name="USPS",
            page="https://tools.usps.com/go/TrackConfirmAction?tLabels={n}",
            phone="1-800-275-8777",
            claims="https://www.usps.com/help/claims.htm",
            claim_window="Lost: 15 to 60 days after mailing. Damaged: within 60 days.",
        ),
        Carrier(
            token="ups",  # noqa: S106
            name="UPS",
            page="https://www.ups.com/track?tracknum={n}",
            phone="1-800-742-5877",
            claims="https://www.ups.com/claims",
            claim_window="Within 60 days of shipping, a day after it was due.",
        ),
        Carrier(
            token="fedex",  # noqa: S106
            name="FedEx",
            page="https://www.fedex.com/wtrk/track/?trknbr={n}",
            phone="1-800-463-3339",
            claims="https://www.fedex.com/en-us/customer-support/claims.html",
            claim_window="Within 60 days of shipping in the US.",
        ),
        Carrier(
            token="dhl_express",  # noqa: S106
            name="DHL Express",
            page="https://www.dhl.com/en/express/tracking.html?AWB={n}",
            phone="1-800-225-5345",
            claims="https://mydhl.express.dhl/us/en/help-and-support.html",
            claim_window="Within 30 days.",
        ),
        Carrier(
            token="ontrac",  # noqa: S106
            name="OnTrac",
            page="https://www.ontrac.com/tracking/?number={n}",
        ),
        Carrier(
            token="canada_post",  # noqa: S106
            name="Canada Post",
            page="https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={n}",
        ),
        Carrier(
            token="royal_mail",  # noqa: S106
            name="Royal Mail",
            page="https://www.royalmail.com/track-your-item#/tracking-results/{n}",
        ),
        Carrier(
            token="hermes_uk",  # noqa: S106
            name="Evri",
            page="https://www.evri.com/track/parcel/{n}/details",
        ),
        Carrier(
            token="dpd_uk",  # noqa: S106
            name="DPD UK",
            page="https://track.dpd.co.uk/parcels/{n}",
        ),
        Carrier(
            token="shippo",  # noqa: S106
            name="Shippo test",
            page="https://goshippo.com/tracking?number={n}",
        ),
    )
}
"""By Shippo's token. Evri is `hermes_uk` there, and so it is here."""


def spoken(carrier: str, service: str) -> str:
    """Carrier and service, as one says it; a carrier's name at the front is not said twice."""
    if not carrier or service.lower().startswith(carrier.lower()):
        return service
    return f"{carrier} {service}".strip()


def carrier_of(service: str, provider: str) -> str:
    """Shippo's token for the carrier of a service level; a rate names it only for display."""
    fitting = [token for token in CARRIERS if service.startswith(f"{token}_")]
    return max(fitting, key=len) if fitting else provider.lower().replace(" ", "_")


def known(token: str) -> Carrier:
    """What we know of a carrier; of one we do not know, its name."""
    return CARRIERS.get(token) or Carrier(
        token=token, name=token.replace("_", " ").title(), page=""
    )


def public_page(token: str, number: str, told: str | None, hosts: tuple[str, ...]) -> str | None:
    """The carrier's own page for a number.

    `told` is the address Shippo gave us over our own authenticated call; it is followed only to a
    host the shop lists, for it is still somebody else's text.
    """
    if told and listed(told, hosts):
        return told
    page = known(token).page
    return page.format(n=quote(number, safe="")) if page else None


def listed(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether an address is on one of our hosts: https by name, or exactly `http://host:port`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False  # a bracket or a port that is none
    if parts.username or parts.password or "\\" in url or not url.isprintable():
        return False
    if f"{parts.scheme}://{parts.netloc}" in hosts:
        return True
    return parts.scheme == "https" and port in (None, 443) and parts.hostname in hosts
