"""The checkout: contact and address, then delivery, then the order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from jobs import labels
from jobs.queue import later
from shop import (
    access,
    basket,
    checkout,
    choices,
    i18n,
    purchases,
    quotes,
    rates,
    renewals,
    throttle,
)
from shop.db import session
from shop.models import Basket, Order, Quote, QuoteRun
from shop.outside import world_now
from shop.pages import money
from shop.values import LabelWhen, QuoteSource, Verdict
from shop.zones import FAR_STATES, only_by_post
from storefront import cart
from storefront.forms import AddressForm, DeliveryForm, ReviewForm

Answer = Response | str | tuple[str, int]


def address() -> Answer:
    mine = basket.current()
    if mine is None or not mine.lines or cart.sold_out(mine):
        return _to("cart")
    form = AddressForm(data=_known(mine))
    if not form.validate_on_submit():
        shown = render_template("storefront/address.html", form=form, **_around(mine))
        return shown, 422 if form.errors else 200
    mine.address = form.address.to_json()
    mine.email, mine.text_consent = form.address.email, form.consent
    session.commit()
    if not _lasting(checkout.standing_offer(mine)):
        _ask(mine)
    return _to("delivery")


def delivery() -> Answer:
    mine = basket.current()
    early = _too_early(mine)
    if mine is None or early:
        return early or _to("cart")
    form = DeliveryForm()
    if not form.validate_on_submit():
        return _offered(mine, form), 422 if form.errors else 200
    if form.refresh.data:
        _ask(mine)
        return _to("delivery")
    if checkout.choose(mine, form.rate.data or "") is None:
        return _offered(mine, form, gone=True), 409
    session.commit()
    return _to("review")


def review() -> Answer:
    form = ReviewForm()
    before = _placed_before(form.basket.data)
    if before is not None:
        return _to("order", token=before.token)
    mine = basket.current()
    early = _too_early(mine, stock=request.method == "GET")
    quote = checkout.chosen(mine) if mine and not early else None
    if mine is None or quote is None:
        return early or _anew(mine)
    if not form.validate_on_submit():
        return _in_review(mine, quote, form)
    if form.quote.data not in (None, "", quote.token):
        return _in_review(mine, quote, form, changed=True), 409
    throttle.spend("order")
    return _place(mine)


def _place(mine: Basket) -> Answer:
    """Make the order, and let its label be bought."""
    who = access.visitor()
    try:
        order = checkout.place(mine, who.id if who else None)
    except checkout.StockShort as short:
        name = short.product.name
        session.rollback()
        told = _("Somebody else was faster: there is not enough of %(name)s left.", name=name)
        return cart.page(basket.current(), told), 409
    except checkout.DeliveryStale:
        session.rollback()
        return _anew(mine)
    _wish_for_labels(order)
    answer = _to("order", token=order.token)
    session.commit()
    return answer


def _anew(mine: Basket | None) -> Response:
    """Back to delivery; where an order was meant to be placed, with prices asked for just now.

    Where the merchant's policy finds as good an offer, that is shown to be ordered instead.
    """
    if mine is None or request.method != "POST":
        return _to("delivery")
    was = renewals.lapsed(mine)
    run = _ask(mine)
    quote = renewals.renewed(mine, was, run) if was else None
    if was is None or quote is None:
        flash(_("The delivery price no longer holds, so nothing was ordered."), "warn")
        return _to("delivery")
    flash(_lapsed(was, quote), "warn")
    session.commit()
    return _to("review")


def _lapsed(was: Quote, now: Quote) -> str:
    """What is offered in place of what was chosen; what changed is never left out."""
    words = _("%(service)s still costs %(price)s.", service=now.title, price=money(now.price))
    if now.verdict is Verdict.SWAPPED:
        words = _(
            "%(before)s is not to be had at its price any more; %(service)s costs %(price)s.",
            before=was.title,
            service=now.title,
            price=money(now.price),
        )
    elif now.price_minor < was.price_minor:
        words = _repriced(was, now)
    looked = _("Some time has passed, so we asked again and nothing is ordered yet.")
    arrives = _("It arrives %(days)s.", days=i18n.day_range(now.promise))
    return f"{looked} {words} {arrives}"


def _wish_for_labels(order: Order) -> None:
    """Ask for each label, once: an order that comes again has asked already."""
    if choices.label_when() is not LabelWhen.ON_ORDER:
        return
    for parcel in order.parcels:
        if parcel.buyable and not parcel.intents:
            later(labels.buy, purchases.wish(parcel).id)


def _ask(mine: Basket) -> QuoteRun:
    """Ask what delivery costs, with no transaction open while the carriers think."""
    throttle.spend("quote")
    enquiry = checkout.enquiry(mine)
    session.commit()
    reply = quotes.ask(enquiry)
    run = quotes.offer(enquiry, reply)
    session.commit()
    return run


def _to(page: str, token: str | None = None) -> Response:
    return redirect(url_for(f"storefront.{page}", token=token), 303)


def _too_early(mine: Basket | None, *, stock: bool = True) -> Response | None:
    """Back to the step that is still to do before delivery."""
    if mine is None or not mine.lines or (stock and cart.sold_out(mine)):
        return _to("cart")
    return _to("checkout") if mine.to is None else None


def _lasting(run: QuoteRun | None) -> bool:
    """Whether these prices need not be asked for again. The merchant's own cost no asking."""
    live = run is not None and run.source is QuoteSource.LIVE
    return live and not choices.fixed_options()


def _placed_before(token: str | None) -> Order | None:
    """The order of a form that was sent twice."""
    if not token:
        return None
    placed = sa.select(Order).join(Basket, Basket.id == Order.basket_id)
    return session.scalar(placed.where(Basket.token == token))


def _known(mine: Basket) -> dict[str, Any]:
    """What we know already: from this basket, the last order, or the account."""
    if mine.address:
        phone = i18n.phone(mine.address["phone"]) if mine.address.get("phone") else ""
        known = {"email": mine.email, "texts": mine.text_consent, "phone": phone}
        return {**mine.address, **known}
    who = access.visitor()
    if who is None:
        return {}
    newest = sa.select(Order).filter_by(account_id=who.id).order_by(Order.id.desc()).limit(1)
    last = session.scalar(newest)
    own = {"name": who.name, "phone": who.phone, **(last.address if last else {})}
    phone = i18n.phone(own["phone"]) if own["phone"] else ""
    return {**own, "phone": phone, "email": who.email}


def _offered(mine: Basket, form: DeliveryForm, *, gone: bool = False) -> str:
    run = checkout.standing_offer(mine)
    picked, notice = _picked(mine.quote, run) if run and not gone else (None, "")
    now = world_now()
    left = rates.time_left(now)
    near = left is not None and left <= rates.NEAR
    return render_template(
        "storefront/delivery.html",
        form=form,
        run=run,
        picked=picked,
        notice=notice,
        gone=gone,
        left=i18n.span(left) if left and near else "",
        leaves=rates.ship_day(now),
        **_around(mine, picked),
    )


def _picked(earlier: Quote | None, run: QuoteRun) -> tuple[Quote | None, str]:
    """The row to mark, and what to say of it. What was chosen never changes in silence."""
    asked = next((q for q in run.quotes if q.token == request.args.get("rate")), None)
    if asked or earlier is None:
        return asked or min(run.quotes, key=lambda quote: quote.price_minor), ""
    same = (earlier.name, earlier.service)
    now = next((q for q in run.quotes if (q.name, q.service) == same), None)
    if now is None:
        told = _("%(service)s, which you chose, is no longer offered.", service=earlier.title)
        return None, told + " " + _("Please choose again.")
    return now, _repriced(earlier, now) if now.price_minor != earlier.price_minor else ""


def _repriced(was: Quote, now: Quote) -> str:
    words: str = _(
        "%(service)s is now %(price)s. It was %(before)s when you chose it.",
        service=now.title,
        price=money(now.price),
        before=money(was.price),
    )
    return words


def _in_review(mine: Basket, quote: Quote, form: ReviewForm, *, changed: bool = False) -> str:
    form.basket.data, form.quote.data = mine.token, quote.token
    return render_template(
        "storefront/review.html", form=form, changed=changed, **_around(mine, quote)
    )


def _around(mine: Basket, quote: Quote | None = None) -> dict[str, Any]:
    """What every step shows: the basket, the delivery so far, and what it comes to."""
    return {
        "basket": mine,
        "quote": quote,
        "sum": mine.goods + quote.price if quote else mine.goods,
        "free_from": rates.FREE_FROM,
        "posted": mine.to is not None and only_by_post(mine.to),
        "near_home": mine.to is None or mine.to.state not in FAR_STATES,
    }
