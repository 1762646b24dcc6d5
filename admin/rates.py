"""How prices came about, asking carriers again, and choosing a rate where the policy asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from admin import drift, parcels
from admin.balance import signed
from admin.spans import when
from jobs import labels, quotes
from jobs.queue import later
from shop import access, choices, i18n, pages, purchases, requotes
from shop.calendars import business_days_between
from shop.carriers import spoken
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, Order, Parcel, Quote, QuoteRun
from shop.quotes import fingerprint
from shop.rates import ship_day
from shop.values import LeftOut, Money, Package, ParcelState, Permission, QuoteSource, Verdict

NOISE = re.compile(
    r"account|credential|not (?:active|set up)|set up for|support shipments|no service|restricted",
    re.IGNORECASE,
)
"""What carriers say who would never have quoted."""

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rate of a run: offered or left out, and why. `more` is how its label is bought."""

    what: str
    days: str
    price: str
    note: str
    more: str = ""
    taken: bool = False


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One time carriers were asked, in words."""

    id: int
    title: str
    note: str
    facts: list[tuple[str, str]]
    lines: list[Line]
    said: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)


def explained(order: Order) -> list[Explained]:
    """Every run of prices this order went through, the checkout's first; a quick label has none."""
    wanted = [fingerprint(parcel.id) for parcel in order.parcels]
    again = sa.and_(QuoteRun.basket_id == order.basket_id, QuoteRun.fingerprint.in_(wanted))
    chosen = [quote for quote in (order.quote.instead_of, order.quote) if quote]
    at_checkout = [quote.run_id for quote in chosen]
    first = sa.and_(QuoteRun.id.in_(at_checkout), sa.literal(not order.quick))
    runs = session.scalars(
        sa.select(QuoteRun)
        .where(sa.or_(first, again))
        .options(selectinload(QuoteRun.quotes))
        .order_by(QuoteRun.id)
    )
    marks = {}
    for row in (row for parcel in order.parcels for row in parcel.decisions):
        if row.quote_id:
            by_hand = row.verdict is Verdict.CHOSEN
            marks[row.quote_id] = _("Chosen by staff") if by_hand else _("Taken by the policy")
    marks |= {quote.id: _("The customer’s choice") for quote in chosen}
    return [_explained(run, marks, first=run.id == at_checkout[0]) for run in runs]


@access.needs(Permission.BUY_LABELS)
def again(parcel_id: int) -> Response:
    """Have the carriers asked again."""
    parcel = _locked(parcel_id)
    if requotes.askable(parcel):
        requotes.want(parcel)
        later(quotes.requote, parcel.id)
        flash(_("The carriers are being asked. What comes of it appears here by itself."), "info")
    else:
        flash(_("This parcel needs no new rate."), "info")
    return _back(parcel)


@access.needs(Permission.BUY_LABELS)
def choose(parcel_id: int) -> Answer:
    """The offers the policy left to a person: choose one, and buy at the price on the button."""
    parcel = _locked(parcel_id) if request.method == "POST" else session.get(Parcel, parcel_id)
    if parcel is None:
        abort(404)
    if parcel.state is not ParcelState.NEEDS_RATE:
        flash(_("This parcel does not need a rate any more."), "info")
        return _back(parcel)
    picked = request.values.get("rate", "")
    if request.method == "GET":
        return _page(parcel, picked)
    if picked != request.form.get("shown"):
        return _page(parcel, picked, changed=True), 422
    try:
        requotes.choose(parcel, picked, cast(Account, current_user))
        intent = purchases.wish(parcel, asked_by=current_user.id)
    except (requotes.CannotChoose, purchases.CannotBuy) as why:
        session.rollback()
        flash(_("Nothing was bought: %(why)s", why=why), "warn")
        return _back(_locked(parcel_id))
    later(labels.buy, intent.id)
    flash(_("The label is being bought at the rate you chose."), "info")
    return _back(parcel)


def _page(parcel: Parcel, picked: str, *, changed: bool = False) -> str:
    run = requotes.newest(parcel)
    offers = run.quotes if run else []
    agreed = parcel.decisions[-1] if parcel.decisions else None
    return render_template(
        "admin/rates.html",
        parcel=parcel,
        order=parcel.order,
        offers=offers,
        picked=_picked(offers, picked, agreed.was_service if agreed else ""),
        decision=agreed,
        told=drift.facts(agreed) if agreed else [],
        policy=drift.policy(choices.drift_policy()),
        messages=run.messages if run else [],
        left_over=signed,
        changed=changed,
    )


def _picked(offers: list[Quote], token: str, service: str) -> Quote | None:
    """The one asked for, else the service agreed, else the cheapest."""
    asked = next((quote for quote in offers if quote.token == token), None)
    same = next((quote for quote in offers if quote.service == service), None)
    return asked or same or min(offers, key=lambda quote: quote.price_minor, default=None)


def _explained(run: QuoteRun, marks: dict[int, str], *, first: bool) -> Explained:
    lines = _lines(run, marks)
    left = sum(1 for answer in run.answers if answer["left_out"])
    note = ", ".join(
        filter(
            None,
            [
                when(run.made_at),
                ngettext("one offered", "%(num)s offered", len(run.quotes)),
                ngettext("one left out", "%(num)s left out", left) if left else "",
                i18n.words(run.source) if run.source is not QuoteSource.LIVE and first else "",
            ],
        )
    )
    return Explained(
        id=run.id,
        title=_("How these prices came about") if first else _("Prices asked for again"),
        note=note,
        facts=_facts(run),
        lines=lines,
        said=[text for text in run.messages if not NOISE.search(text)],
        noise=[text for text in run.messages if NOISE.search(text)],
    )


def _facts(run: QuoteRun) -> list[tuple[str, str]]:
    """When, for which box, and what the prices rest on."""
    at, box = when(run.made_at, seconds=True), parcels.size(Package(**run.package))
    if run.source is QuoteSource.FIXED:
        own = _("Your own, from the settings of that moment. No carrier was asked.")
        return [(_("Offered"), at), (_("Box plan"), box), (_("Prices"), own)]
    facts = [
        (_("Asked"), at),
        (_("Box plan"), box),
        (_("Prices hold until"), when(run.expires_at)),
    ]
    return [*facts, (_("Why not live"), run.cause)] if run.cause else facts


def _lines(run: QuoteRun, marks: dict[int, str]) -> list[Line]:
    """What is offered, then what a carrier quoted and is not."""
    days = {answer["rate"]: answer["days"] for answer in run.answers}
    offered = [
        Line(
            what=quote.title,
            more=_bought_as(quote),
            days=_days(days.get(quote.rate_id) if quote.rate_id else _own_days(quote)),
            price=_price(quote),
            note=marks.get(quote.id) or _("Offered"),
            taken=quote.id in marks,
        )
        for quote in run.quotes
    ]
    left = [
        Line(
            what=" ".join(filter(None, [answer["carrier_name"], answer["service_name"]])),
            days=_days(answer["days"]),
            price=pages.money(Money(answer["minor"], answer["currency"])),
            note=i18n.words(LeftOut(answer["left_out"])),
        )
        for answer in run.answers
        if answer["left_out"]
    ]
    return offered + left


def _bought_as(quote: Quote) -> str:
    """What the label of the merchant's own option is bought as."""
    if not quote.carrier_account or not quote.name:
        return ""
    return _("Bought as %(what)s", what=spoken(quote.carrier_name, quote.service_name))


def _own_days(quote: Quote) -> int:
    """The working days our own prices were offered with."""
    return business_days_between(ship_day(quote.run.made_at), quote.arrives_first)


def _days(number: int | None) -> str:
    return "" if number is None else str(ngettext("1 day", "%(num)s days", number))


def _price(quote: Quote) -> str:
    price = pages.money(quote.price)
    return _("%(now)s, was %(was)s", now=price, was=pages.money(quote.was)) if quote.was else price


def _locked(parcel_id: int) -> Parcel:
    parcel = requotes.locked(parcel_id)
    if parcel is None:
        abort(404)
    return parcel


def _back(parcel: Parcel) -> Response:
    """To its order; what was done holds from here on."""
    number, anchor = parcel.order.number, f"p{parcel.id}"
    session.commit()
    return redirect(url_for("admin.order", number=number, _anchor=anchor), 303)
