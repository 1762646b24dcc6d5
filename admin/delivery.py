"""What delivery costs the shopper: carriers' live rates, or the merchant's own fixed prices."""

from __future__ import annotations

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin import services
from admin.options import DeliveryForm
from shop import access, choices, pages
from shop.db import session
from shop.fixed import FixedOption
from shop.i18n import say as _
from shop.rates import FREE_FROM
from shop.values import Permission, QuoteSource


@access.needs(Permission.MANAGE_SETTINGS)
def edit() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return _page(_stored())
    form = DeliveryForm(request.form)
    if form.fixed and not choices.carrier_accounts():
        return _opened()
    if request.form.get("act") == "load":
        _load()
        return _page(DeliveryForm(request.form))
    if not form.validate():
        return _page(form), 422
    options = form.options if form.fixed else choices.kept_options()
    choices.set_fixed_options(options, on=form.fixed)
    session.commit()
    flash(_("Saved. It holds for checkouts from now on."), "good")
    return redirect(url_for("admin.settings", _anchor="delivery"), 303)


def summary() -> list[str]:
    """How delivery is priced, for the settings page: a sentence, or one an option."""
    options = choices.fixed_options()
    if not options:
        return [_("Live rates: carriers are asked at every checkout.")]
    return [
        _(
            "%(name)s, %(price)s, bought as %(service)s.",
            name=option.name,
            price=pages.money(option.price) if option.price else _("free"),
            service=option.bought_as,
        )
        for option in options
    ]


def lost() -> list[FixedOption]:
    """Options kept whose service Shippo no longer lists: their labels cannot be bought."""
    return [
        option
        for option in choices.kept_options()
        if services.find(services.value(option.account, option.service)) is None
    ]


def _stored(source: QuoteSource | None = None) -> DeliveryForm:
    holding = QuoteSource.FIXED if choices.fixed_options() else QuoteSource.LIVE
    return DeliveryForm(data=DeliveryForm.of(choices.kept_options(), source or holding))


def _opened() -> str:
    """Fixed prices for the first time: what can be bought is asked of Shippo."""
    _load()
    return _page(_stored(QuoteSource.FIXED))


def _load() -> None:
    problem = services.load()
    if problem:
        flash(problem, "bad")
        return
    accounts = choices.carrier_accounts()
    many = sum(len(account.services) for account in accounts)
    flash(ngettext("One service is listed.", "%(num)s services are listed.", many), "good")


def _page(form: DeliveryForm) -> str:
    return render_template(
        "admin/delivery.html",
        form=form,
        sources=_sources(),
        fixed=form.fixed,
        accounts=_accounts(),
        lost=lost(),
        free_from=FREE_FROM,
    )


def _accounts() -> list[tuple[str, str]]:
    """Each account, and how much it sells."""
    many = Counter(str(one.optgroup) for one in services.options())
    return [
        (name, ngettext("One service", "%(num)s services", number)) for name, number in many.items()
    ]


def _sources() -> list[tuple[QuoteSource, str]]:
    return [
        (
            QuoteSource.LIVE,
            _("Carriers are asked at every checkout, and the shopper pays what the label costs."),
        ),
        (
            QuoteSource.FIXED,
            _("The shopper pays your own prices, and no carrier is asked before the label."),
        ),
    ]
