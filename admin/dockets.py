"""A parcel's card: everything the desk shows of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_login import current_user

from admin import drift, hands, named, papers, postage, purchase, scans, void
from admin.balance import left_over
from admin.hands import Hands
from admin.papers import Paper
from admin.parcels import size, state
from admin.postage import Purchase
from admin.spans import when
from admin.void import Void
from shop import arrivals, headlines, i18n, pages, telling
from shop.carriers import known
from shop.i18n import say as _
from shop.models import Case, OrderLine, Parcel, Refund
from shop.tracking import Story, tell
from shop.values import ParcelState, Permission, Standing, Via


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
    old_files: set[str]
    page: str | None
    cases: list[Case]
    void: Void
    hands: Hands
    may_buy: bool
    may_approve: bool

    @property
    def title(self) -> str:
        if self.of == 1:
            return _("Parcel")
        return _("Parcel %(place)s of %(of)s", place=self.place, of=self.of)

    @property
    def headline(self) -> str:
        return headlines.headline(self.parcel)

    @property
    def what(self) -> str:
        return postage.what(self.parcel)

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
    def days_named(self) -> list[tuple[str, str]]:
        """Every day the carrier named, the one that holds first."""
        return named.days(self.parcel)

    @property
    def price(self) -> str:
        """What its label costs, as far as it is known."""
        return pages.cost(self.parcel.cost, about=self.parcel.estimated)

    @property
    def left_over(self) -> str:
        cost, charged = self.parcel.cost, self.parcel.order.delivery
        if not cost or cost.currency != charged.currency:
            return ""
        return left_over(charged - cost, about=self.parcel.estimated)

    @property
    def chosen(self) -> str:
        """How the customer knows what its label is bought for."""
        own = self.parcel.order.quote.name if self.parcel.carrier_account else ""
        return own or self.what

    @property
    def heard(self) -> str:
        """When and how we last heard of it."""
        return _told(self.parcel.heard_via, self.parcel.heard_at)

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
        return scans.line(self.story.now) if self.story.now else _("None yet")

    @property
    def number_heard(self) -> str:
        """How the tracking number came to us, and when."""
        return _told(self.parcel.labelled_via, self.parcel.labelled_at)

    def past(self, refund: Refund) -> list[tuple[str, str]]:
        """A voided label's facts, and what was scanned of it."""
        as_of = max((snapshot.heard_at for snapshot in refund.snapshots), default=None)
        told = tell((snapshot.value for snapshot in refund.snapshots), as_of)
        heard = [(_("Scan"), scans.line(scan)) for scan in told.scans]
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


def _told(via: Via | None, at: datetime | None) -> str:
    """By what way and when something was heard; nothing where it was not."""
    if via is None or at is None:
        return ""
    return _("by %(via)s, %(at)s", via=i18n.words(via), at=when(at, seconds=True))


def dockets(parcels: Sequence[Parcel], cases: Sequence[Case]) -> list[Docket]:
    """The cards of some parcels of one order; their files are asked for at once."""
    kept, old = papers.of(parcels), papers.old(parcels)
    by_hand = hands.of(parcels)
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
            old_files=old,
            page=telling.carrier_page(parcel),
            void=void.tell(parcel),
            hands=by_hand[parcel.id],
            cases=[case for case in cases if case.parcel_id == parcel.id and case.open],
            may_buy=current_user.can(Permission.BUY_LABELS),
            may_approve=current_user.can(Permission.APPROVE_SPENDING),
        )
        for place, parcel in enumerate(parcels, start=1)
    ]
