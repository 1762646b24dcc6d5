"""Pictures of every page into docs/pictures/: `python -m tests.journeys.pictures [page …]`.

A whole shop in real processes lives through four days of a story, and is looked at on the last.
"""

from __future__ import annotations

import argparse
import re
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from ops import services
from shop.seeding import PASSWORD
from shop.settings import Settings
from tests.journeys.browser import chromium
from tests.processes import ROOT, running
from tests.until import until
from tests.world import HMAC_SECRET, TOKEN, TWILIO_SID, TWILIO_TOKEN, World

FOLDER = ROOT / "docs" / "pictures"
LOOKS = ((1280, "light"), (390, "dark"), (1280, "dark"), (390, "light"))
MINOR = {
    *("cart", "portal", "desk-order-no-rate", "desk-order-sent", "order-trouble"),
    *("desk-setup", "desk-webhook", "desk-replay"),
    *("board-parcel", "board-journeys", "board-faults", "board-deliveries", "carrier"),
}
"""Pages of which two pictures do."""

TALLEST = 2400
HOME = ZoneInfo("America/Los_Angeles")
CLOCK_S = 1.2
"""The shop asks the world for the time once a second."""


@dataclass(frozen=True)
class Person:
    """Somebody who buys."""

    name: str
    email: str
    phone: str
    street: str
    city: str
    state: str
    zip: str


ALICE = Person(
    "Alice Archer",
    "alice@quayside.test",
    "(503) 555-0142",
    "2215 SE Alder St",
    "Portland",
    "OR",
    "97214",
)
MAYA = Person(
    "Maya Lindqvist",
    "maya@example.com",
    "(503) 555-0187",
    "418 NW Hoyt St",
    "Portland",
    "OR",
    "97209",
)
TOMAS = Person(
    "Tomás Arriaga",
    "tomas@example.com",
    "(916) 555-0177",
    "1830 Capitol Ave",
    "Sacramento",
    "CA",
    "95811",
)
PRIYA = Person(
    "Priya Raman", "priya@example.com", "(208) 555-0126", "906 N 9th St", "Boise", "ID", "83702"
)
DANA = Person(
    "Dana Whitfield",
    "dana@example.com",
    "(541) 555-0119",
    "77 Blair Blvd",
    "Eugene",
    "OR",
    "97402",
)
JUNE = Person(
    "June Okafor",
    "june@example.com",
    "(509) 555-0164",
    "2630 W Gardner Ave",
    "Spokane",
    "WA",
    "99201",
)
OWEN = Person(
    "Owen Castellano",
    "owen@example.com",
    "(206) 555-0133",
    "512 Bellevue Ave E",
    "Seattle",
    "WA",
    "98102",
)
RUTH = Person(
    "Ruth Ferreira",
    "ruth@example.com",
    "(510) 555-0158",
    "3041 Telegraph Ave",
    "Oakland",
    "CA",
    "94609",
)


@dataclass
class Placed:
    """An order as its buyer knows it."""

    path: str
    number: str
    parcel: str = ""


@dataclass
class Story:
    """Who bought what, and where each of their pages is: page → (whose cookies, address)."""

    browser: Browser
    world: World
    url: str
    pages: dict[str, tuple[Any, str]] = field(default_factory=dict)

    def live(self) -> None:
        """Four days, from Monday to Thursday noon."""
        self.clock(day=0, hour=9, minute=10)
        merchant = self.signed_in("admin@quayside.test")
        alice = self.signed_in(ALICE.email)
        tomas = self.buys(TOMAS, "enamel-kettle", "salt-cellar", service="USPS Ground Advantage")
        priya = self.buys(PRIYA, "lantern-table-lamp", service="UPS Ground")
        self.clock(day=0, hour=17, minute=20)
        self.seen(tomas, "package_accepted", "Tacoma, WA")
        self.seen(priya, "package_accepted", "Tacoma, WA")
        self.clock(day=1, hour=6, minute=40)
        self.seen(tomas, "package_departed", "Portland, OR")
        self.seen(priya, "package_arrived", "Pendleton, OR")
        self.clock(day=1, hour=11, minute=5)
        hers = self.buys(ALICE, "canvas-day-pack", "enamel-flask", visitor=alice)
        dana = self.buys(DANA, "deck-blanket", "pilot-candle")
        self.clock(day=1, hour=17, minute=30)
        self.seen(hers, "package_accepted", "Tacoma, WA")
        self.seen(dana, "package_accepted", "Tacoma, WA")
        self.clock(day=2, hour=8, minute=15)
        self.seen(tomas, "out_for_delivery", "Sacramento, CA")
        self.seen(priya, "out_for_delivery", "Boise, ID")
        self.seen(hers, "package_departed", "Tacoma, WA")
        self.clock(day=2, hour=14, minute=35)
        self.seen(tomas, "delivered", "Sacramento, CA")
        self.seen(hers, "package_arrived", "Portland, OR")
        self.seen(dana, "package_departed", "Portland, OR")
        maya = self.buys(MAYA, "enamel-kettle", "harbour-mug", "harbour-mug")
        self.clock(day=2, hour=18, minute=10)
        self.seen(maya, "package_accepted", "Tacoma, WA")
        self.clock(day=3, hour=7, minute=50)
        self.seen(hers, "out_for_delivery", "Portland, OR")
        self.seen(dana, "package_arrived", "Eugene, OR")
        self.seen(maya, "package_arrived", "Portland, OR")
        self.clock(day=3, hour=10, minute=20)
        self.seen(priya, "package_undeliverable", "Boise, ID")
        june = self.without_rates(JUNE, "pour-over-set")
        self.chooses(merchant, "labels_by_hand")
        ruth = self.buys(RUTH, "pruning-snips", "seed-tin", label=False)
        self.chooses(merchant, "labels_on_order")
        self.clock(day=3, hour=11, minute=50)
        owen = self.without_answer(OWEN, "brass-barometer")
        shopper = self.at_review(MAYA)
        self.there(merchant, shopper, alice)
        self.pages |= {
            "order": (None, maya.path),
            "track": (None, self.told(maya)),
            "portal-order": (alice, f"/account/orders/{hers.number}"),
            "desk-order": (merchant, f"/admin/orders/{ruth.number}"),
            "desk-order-unknown": (merchant, f"/admin/orders/{owen.number}"),
            "desk-order-no-rate": (merchant, f"/admin/orders/{june.number}"),
            "desk-order-sent": (merchant, f"/admin/orders/{hers.number}"),
            "order-trouble": (None, priya.path),
            "board-parcel": (None, f"{self.world.url}/_sandbox/parcel/{maya.parcel}"),
            "carrier": (None, f"{self.world.url}/carriers/usps/{maya.parcel}"),
        }

    def there(self, merchant: Any, shopper: Any, alice: Any) -> None:
        """The pages that are always at the same address."""
        fallback = self.offered_fallback(RUTH)
        self.pages |= {
            "home": (None, "/"),
            "product": (None, "/products/lantern-table-lamp"),
            "cart": (shopper, "/cart"),
            "address": (shopper, "/checkout"),
            "delivery": (shopper, "/checkout/delivery"),
            "delivery-fallback": (fallback, "/checkout/delivery"),
            "review": (shopper, "/checkout/review"),
            "portal": (alice, "/account/orders"),
            "desk": (merchant, "/admin/"),
            "orders": (merchant, "/admin/orders"),
            "desk-setup": (merchant, "/admin/setup"),
            "desk-webhook": (merchant, "/admin/webhooks/7"),
            "desk-replay": (merchant, "/admin/webhooks/replay"),
            "case": (merchant, self.case(merchant)),
            "board": (None, f"{self.world.url}/_sandbox/"),
            "board-journeys": (None, f"{self.world.url}/_sandbox/plays"),
            "board-faults": (None, f"{self.world.url}/_sandbox/trouble"),
            "board-deliveries": (None, f"{self.world.url}/_sandbox/deliveries"),
        }
        self.world.fault("POST", "/transactions", "commit_then_drop", nth=3)

    # The shoppers

    def buys(
        self,
        who: Person,
        *goods: str,
        service: str = "USPS Priority Mail",
        visitor: Any = None,
        label: bool = True,
    ) -> Placed:
        before = len(self.world.ledger())
        with self.visit(visitor) as page:
            self.to_delivery(page, who, goods)
            self.chooses_delivery(page, service)
            placed = self.place(page)
        if label:
            until(lambda: self.world.ledger()[before:], 30)
            placed.parcel = until(lambda: self.world.ledger()[-1]["tracking_number"], 30)
            until(lambda: self.told(placed), 30)
        return placed

    def without_rates(self, who: Person, *goods: str) -> Placed:
        """An order while no carrier can be asked."""
        self.world.fault("POST", "/shipments", "drop_before")
        with self.visit() as page:
            self.to_delivery(page, who, goods)
            page.locator("main label").first.click()
            page.get_by_role("button", name="Continue to review").click()
            placed = self.place(page)
        self.world.clear_faults()
        return placed

    def without_answer(self, who: Person, *goods: str) -> Placed:
        """An order whose label was asked for, and nobody knows whether it was bought."""
        self.world.fault("POST", "/transactions", "drop_before")
        placed = self.buys(who, *goods, label=False)
        until(lambda: len(self.world.requests("POST", "/transactions")) == 6)
        until(lambda: self.world.requests("GET", "/transactions"))
        self.world.clear_faults()
        return placed

    def at_review(self, who: Person) -> Any:
        with self.visit() as page:
            self.to_delivery(page, who, ("enamel-kettle", "harbour-mug", "harbour-mug"))
            self.chooses_delivery(page, "USPS Priority Mail")
            page.wait_for_url("**/review")
            return page.context.storage_state()

    def offered_fallback(self, who: Person) -> Any:
        self.world.fault("POST", "/shipments", "drop_before")
        with self.visit() as page:
            self.to_delivery(page, who, ("enamel-kettle", "harbour-mug"))
            self.world.clear_faults()
            return page.context.storage_state()

    def to_delivery(self, page: Page, who: Person, goods: tuple[str, ...]) -> None:
        for slug in goods:
            page.goto(f"/products/{slug}")
            page.get_by_role("button", name="Add to cart").click()
            page.wait_for_load_state()
        page.goto("/checkout")
        page.get_by_label("E-mail").fill(who.email)
        page.get_by_label("Phone").fill(who.phone)
        page.get_by_label("Text me").check()
        page.get_by_label("Full name").fill(who.name)
        page.get_by_label("Street address").fill(who.street)
        page.get_by_label("City").fill(who.city)
        page.get_by_label("State").select_option(who.state)
        page.get_by_label("ZIP code").fill(who.zip)
        page.get_by_role("button", name="Continue to delivery").click()
        page.wait_for_url("**/delivery")

    def chooses_delivery(self, page: Page, service: str) -> None:
        of = re.compile(rf"{service}\s*(\$|Free)")
        row = page.locator("main label").filter(has_text=of).first
        if not row.is_visible():
            page.locator("main fieldset summary").click()
        row.click()
        page.get_by_role("button", name="Continue to review").click()

    def place(self, page: Page) -> Placed:
        page.get_by_role("button", name="Place order").click()
        page.wait_for_url("**/orders/*")
        number = re.search(r"Q-\d+", page.locator("main").inner_text())
        assert number
        return Placed(page.url.removeprefix(self.url), number[0])

    def told(self, placed: Placed) -> str:
        """The address of the parcel's own page, from the mail that told of it."""
        for mail in self.world.mail():
            if placed.parcel in mail["text"].replace(" ", "").replace("\N{NO-BREAK SPACE}", ""):
                found = re.search(r"/t/[\w-]+", mail["text"])
                return found[0] if found else ""
        return ""

    # The merchant and the carriers

    def signed_in(self, email: str) -> Any:
        with self.visit() as page:
            page.goto("/login")
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            page.wait_for_load_state()
            return page.context.storage_state()

    def chooses(self, merchant: Any, when: str) -> None:
        with self.visit(merchant) as page:
            page.goto("/admin/settings")
            page.locator("main label").nth(0 if when == "labels_on_order" else 1).click()
            page.get_by_role("button", name="Save choice").click()
            page.wait_for_load_state()

    def case(self, merchant: Any) -> str:
        def opened() -> str:
            page.goto("/admin/exceptions")
            link = page.locator("main a[href^='/admin/exceptions/']")
            return str(link.first.get_attribute("href")) if link.count() else ""

        with self.visit(merchant) as page:
            return until(opened, 30)

    def seen(self, placed: Placed, code: str, place: str) -> None:
        status = {"delivered": "DELIVERED", "package_undeliverable": "FAILURE"}.get(code, "TRANSIT")
        city, state = place.split(", ")
        self.world.scan(placed.parcel, status, code, city=city, state=state)

    def clock(self, day: int, hour: int, minute: int) -> None:
        """On to this time of a day of the week after next; Monday is 0."""
        now = datetime.fromisoformat(self.world.clock()["now"]).astimezone(HOME)
        self.monday = getattr(self, "monday", None) or now + timedelta(days=14 - now.weekday())
        then = (self.monday + timedelta(days=day)).replace(hour=hour, minute=minute)
        time.sleep(CLOCK_S)  # what was just scanned is still heard at its own time
        self.world.advance(max(0.0, (then - now).total_seconds() / 3600))
        time.sleep(CLOCK_S)

    @contextmanager
    def visit(self, state: Any = None, **how: Any) -> Iterator[Page]:
        context: BrowserContext = self.browser.new_context(
            base_url=self.url, storage_state=state, **how
        )
        yield context.new_page()
        context.close()

    # The pictures

    def take(self, name: str, width: int, scheme: Any) -> None:
        view = {"width": width, "height": 900 if width > 800 else 844}
        state, path = self.pages.get(name, (None, ""))
        how: dict[str, Any] = {"color_scheme": scheme, "viewport": view, "reduced_motion": "reduce"}
        with self.visit(state, **how) as page:
            if name == "mail":
                page.set_content(self.letter())
            else:
                page.goto(path)
            page.evaluate("document.fonts.ready")
            tall = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size(
                {"width": width, "height": max(view["height"], min(tall, TALLEST))}
            )
            page.wait_for_function("[...document.images].every(one => one.complete)")
            page.wait_for_timeout(150)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                sys.stderr.write(f"{name} is {wide} px wide at {width}\n")
            keep(page.screenshot(), FOLDER / f"{name}-{width}-{scheme}.png")

    def letter(self) -> str:
        """The newest mail that says a parcel is out for delivery."""
        found = [
            mail for mail in self.world.mail() if "out for delivery" in mail["subject"].lower()
        ]
        return str(max(found, key=lambda mail: mail.get("at", ""))["html"])


def keep(picture: bytes, path: Path) -> None:
    """As a PNG of few colours: a page has few, and soft skies are dithered."""
    path.parent.mkdir(exist_ok=True)
    image = Image.open(BytesIO(picture)).convert("RGB")
    few = image.quantize(256)
    image.quantize(palette=few, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


@contextmanager
def story(folder: Path) -> Iterator[Story]:
    """A shop with its world and its four days behind it."""
    with ExitStack() as stack:
        world = World.start(folder / "world")
        stack.callback(world.stop)
        port = free_port()
        settings = Settings(
            secret_key="a key for pictures, and long enough to be one",
            database_url=f"sqlite:///{folder / 'shop.sqlite3'}",
            redis_url=stack.enter_context(services.redis()),
            public_url=f"http://127.0.0.1:{port}",
            shippo_api_token=TOKEN,
            shippo_api_url=world.url,
            shippo_webhook_token="url-token-for-pictures",
            shippo_webhook_hmac_secret=HMAC_SECRET,
            smtp_url=f"smtp://127.0.0.1:{world.smtp_port}",
            mail_from="Quayside <hello@quayside.test>",
            twilio_account_sid=TWILIO_SID,
            twilio_auth_token=TWILIO_TOKEN,
            twilio_from="+15005550006",
            twilio_api_url=world.url,
            label_hosts=(world.url,),
            carrier_hosts=(world.url,),
            clock_url=f"{world.url}/_sandbox/clock",
            demo=True,
        )
        shop = stack.enter_context(running(settings, port, folder / "shop.log"))
        shop.start()
        shop.ready()
        told = Story(stack.enter_context(chromium()), world, shop.url)
        told.live()
        yield told


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("page", nargs="*", help="these only")
    wanted = asked.parse_args().page
    with tempfile.TemporaryDirectory() as folder, story(Path(folder)) as told:
        for name in wanted or [*told.pages, "mail"]:
            for width, scheme in LOOKS[:2] if name in MINOR else LOOKS:
                told.take(name, width, scheme)


if __name__ == "__main__":
    main()
