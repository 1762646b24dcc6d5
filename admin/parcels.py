"""A parcel as the desk shows it: one word for it, its card, and what it leaves us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from admin import drift, papers, purchase, void
from admin.papers import Paper
from admin.purchase import Purchase
from admin.spans import when
from admin.void import Void
from shop import arrivals, i18n, pages, phrases, telling
from shop.carriers import known
from shop.i18n import say as _
from shop.models import (
    Case,
    LabelIntent,
    Order,
    OrderLine,
    Parcel,
    QuoteRun,
    RateDecision,
    Refund,
)
from shop.models.orders import Quote
from shop.outside import world_now
from shop.rates import HOME
from shop.tracking import Story, tell
from shop.values import Money, Package, ParcelState, Permission, RefundState, Scan, Standing

WORST = (
    ParcelState.UNKNOWN,
    Standing.FAILED,
    Standing.ATTENTION,
    ParcelState.NEEDS_RATE,
    Standing.RETURNED,
    ParcelState.NEEDS_LABEL,
    ParcelState.BUYING,
    Standing.NO_LABEL,
    ParcelState.LABELLED,
    Standing.LABEL_READY,
    Standing.OUT_FOR_DELIVERY,
    Standing.IN_TRANSIT,
    Standing.DELIVERED,
    ParcelState.CANCELLED,
    Standing.CANCELLED,
)

WHOLE = (
    selectinload(Parcel.intents).selectinload(LabelIntent.attempts),
    selectinload(Parcel.snapshots),
    selectinload(Parcel.refunds).options(
        selectinload(Refund.snapshots), joinedload(Refund.account)
    ),
    selectinload(Parcel.decisions).options(
        joinedload(RateDecision.quote), joinedload(RateDecision.account)
    ),
)
"""What a parcel's card needs, in as many queries however many parcels there are."""

ORDER = (
    joinedload(Order.account),
    joinedload(Order.quote).joinedload(Quote.run).load_only(QuoteRun.expires_at),
    selectinload(Order.lines),
)


@dataclass(frozen=True, kw_only=True)
class Docket:
    """Everything on a parcel's card."""

    parcel: Parcel
    place: int
    of: int
    state: ParcelState | Standing
    story: Story
    purchase: Purchase | None
    refused: list[tuple[str, str]]
    paper: Paper
    page: str | None
    cases: list[Case]
    void: Void
    may_buy: bool
    may_approve: bool

    @property
    def title(self) -> str:
        if self.of == 1:
            return _("Parcel")
        return _("Parcel %(place)s of %(of)s", place=self.place, of=self.of)

    @property
    def headline(self) -> str:
        return telling.headline(self.parcel)

    @property
    def what(self) -> str:
        return purchase.what(self.parcel)

    @property
    def site(self) -> str:
        """What the carrier's page is called."""
        return known(self.parcel.carrier).site or telling.carrier_name(self.parcel)

    @property
    def expected(self) -> str:
        """The day of arrival as far as somebody has named one."""
        if not self.parcel.tracking_number:
            return _("After label")
        day = arrivals.expected_day(self.parcel)
        return i18n.day(day) if day else _("No day named")

    @property
    def price(self) -> str:
        """What its label costs, as far as it is known."""
        return pages.cost(self.parcel.cost, about=self.parcel.estimated)

    @property
    def left_over(self) -> str:
        cost, charged = self.parcel.cost, self.parcel.order.delivery
        return signed(charged - cost) if cost and cost.currency == charged.currency else ""

    @property
    def heard(self) -> str:
        """When and how we last heard of it."""
        parcel = self.parcel
        if not parcel.heard_at or not parcel.heard_via:
            return ""
        via, at = i18n.words(parcel.heard_via), when(parcel.heard_at, seconds=True)
        return _("by %(via)s, %(at)s", via=via, at=at)

    def contents(self, lines: Sequence[OrderLine]) -> list[dict[str, Any]]:
        """What is in it, for the goods macro."""
        return [
            {
                "picture": pages.asset(f"img/{line.image}"),
                "name": line.name,
                "note": _("%(sku)s · %(kg)s kg", sku=line.sku, kg=f"{line.weight_g / 1000:.1f}"),
                "end": f"× {line.quantity}",
            }
            for line in lines
        ]

    @property
    def last_scan(self) -> str:
        return scan_line(self.story.now) if self.story.now else _("None yet")

    @property
    def number_heard(self) -> str:
        """How the tracking number came to us, and when."""
        parcel = self.parcel
        if not parcel.labelled_at or not parcel.labelled_via:
            return ""
        via, at = i18n.words(parcel.labelled_via), when(parcel.labelled_at, seconds=True)
        return _("by %(via)s, %(at)s", via=via, at=at)

    def past(self, refund: Refund) -> list[tuple[str, str]]:
        """A voided label's facts, and what was scanned of it."""
        scans = tell(snapshot.value for snapshot in refund.snapshots).scans
        heard = [(_("Scan"), scan_line(scan)) for scan in scans]
        return void.facts(refund) + heard

    @property
    def rate_story(self) -> list[tuple[str, str]]:
        """What was decided about its rate, once the buy panel does not tell it any more."""
        told = self.parcel.state in {ParcelState.NEEDS_RATE, ParcelState.NEEDS_LABEL}
        rows = self.parcel.decisions
        return drift.facts(rows[-1]) if rows and not told else []

    @property
    def size(self) -> str:
        return size(self.parcel.box)


def state(parcel: Parcel) -> ParcelState | Standing:
    """One word for a parcel: what we have yet to do with it, else where it is."""
    return parcel.state if parcel.standing is Standing.NO_LABEL else parcel.standing


def worst(parcels: Iterable[Parcel]) -> ParcelState | Standing:
    """One word for an order: its most troubled parcel's."""
    return min((state(parcel) for parcel in parcels), key=WORST.index, default=Standing.NO_LABEL)


def late(order: Order) -> bool:
    """Whether the promised days are over and something of it has not arrived. World time."""
    today = world_now().astimezone(HOME).date()
    return today > order.promise_last and not all(p.standing.final for p in order.parcels)


def dockets(parcels: Sequence[Parcel], cases: Sequence[Case]) -> list[Docket]:
    """The cards of some parcels of one order; their files are asked for at once."""
    kept = papers.of(parcels)
    return [
        Docket(
            parcel=parcel,
            place=place,
            of=len(parcels),
            state=state(parcel),
            story=parcel.story,
            purchase=purchase.tell(parcel),
            refused=purchase.refused(parcel),
            paper=kept[parcel.id],
            page=telling.carrier_page(parcel),
            void=void.tell(parcel),
            cases=[case for case in cases if case.parcel_id == parcel.id and case.open],
            may_buy=current_user.can(Permission.BUY_LABELS),
            may_approve=current_user.can(Permission.APPROVE_SPENDING),
        )
        for place, parcel in enumerate(parcels, start=1)
    ]


def size(box: Package) -> str:
    """A packed box in words."""
    sides = " × ".join(f"{mm / 10:g}" for mm in (box.length_mm, box.width_mm, box.height_mm))
    return _(
        "%(box)s, %(sides)s cm, %(kg)s kg with packing",
        box=box.box,
        sides=sides,
        kg=f"{box.weight_g / 1000:.1f}",
    )


def scan_words(scan: Scan) -> str:
    """A scan in our words."""
    finer = phrases.SCANS.get(scan.substatus or "")
    return str(finer) if finer else i18n.words(scan.status)


def scan_line(scan: Scan) -> str:
    """A scan in one line: what, where, when."""
    at = when(scan.at) if scan.at else ""
    return ", ".join(filter(None, [scan_words(scan), scan.place, at]))


def signed(amount: Money) -> str:
    """An amount that may be a gain or a loss, with its sign."""
    text = pages.money(Money(abs(amount.minor), amount.currency))
    return f"+{text}" if amount.minor > 0 else f"−{text}" if amount.minor < 0 else text


def money(order: Order) -> dict[str, Any]:
    """What was paid, what labels cost, and what delivery leaves over; a range where not known."""
    labels, least, most = [], Money(0, order.currency), Money(0, order.currency)
    known = True
    for name, cost, text, certain in _costs(order):
        labels.append((name, text))
        if cost is None or cost.currency != order.currency:
            known = False
            continue
        most += cost
        least += cost if certain else Money(0, cost.currency)
    low, high = order.delivery - most, order.delivery - least
    left = signed(low) if low == high else _("%(a)s to %(b)s", a=signed(low), b=signed(high))
    return {
        "paid": [
            (_("Goods"), pages.money(order.goods)),
            (_("Delivery charged"), pages.money(order.delivery)),
        ],
        "total": (_("Order total"), pages.money(order.total)),
        "labels": labels,
        "left": (_("Left over"), left if known else _("Not known")),
    }


def _costs(order: Order) -> Iterator[tuple[str, Money | None, str, bool]]:
    """Each label's name, cost, that in words, and whether it is certain; voided ones too."""
    for place, parcel in enumerate(order.parcels, start=1):
        name = _("Label") if len(order.parcels) == 1 else _("Label, parcel %(n)s", n=place)
        if parcel.state is not ParcelState.CANCELLED:
            yield name, parcel.cost, *_cost(parcel, parcel.cost)
        for refund in parcel.refunds:
            if refund.taken and refund.state is not RefundState.GRANTED:
                certain = refund.state is RefundState.REJECTED
                yield _("Voided label"), refund.amount, *_back(refund.amount, certain=certain)


def _back(cost: Money | None, *, certain: bool) -> tuple[str, bool]:
    text = pages.money(cost) if cost else _("Not known")
    return (text if certain else _("%(price)s, to come back", price=text)), certain


def _cost(parcel: Parcel, cost: Money | None) -> tuple[str, bool]:
    if cost is None:
        return _("Not known"), False
    text = pages.cost(cost, about=parcel.estimated)
    match parcel.state:
        case ParcelState.UNKNOWN:
            return _("%(price)s or nothing", price=text), False
        case ParcelState.NEEDS_LABEL:
            return _("%(price)s if bought", price=text), True
        case _:
            return text, True
