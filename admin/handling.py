"""Packed, handed over: the buttons of one parcel, and of all that are ticked."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from flask import abort, flash, redirect, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from admin import lots
from shop import access, handling, i18n
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, Parcel
from shop.values import Handling, Permission


@access.needs(Permission.HANDLE_PARCELS)
def press(parcel_id: int, step: str) -> AnyResponse:
    """Staff say that they have done this with a parcel."""
    parcel = _locked(parcel_id)
    try:
        handling.press(parcel, Handling(step), _who())
    except handling.CannotHandle as why:
        flash(_("Nothing was written down. %(why)s", why=why), "warn")
    answer = _order(parcel)
    session.commit()
    return answer


@access.needs(Permission.HANDLE_PARCELS)
def take_back(parcel_id: int, step: str) -> AnyResponse:
    """They had not, it was a slip."""
    parcel = _locked(parcel_id)
    try:
        handling.take_back(parcel, Handling(step), _who())
    except handling.CannotHandle as why:
        flash(_("It was not taken back. %(why)s", why=why), "warn")
    answer = _order(parcel)
    session.commit()
    return answer


@access.needs(Permission.HANDLE_PARCELS)
def press_many(step: str) -> AnyResponse:
    """The same of all ticked parcels: those that can be are written down, the others are named."""
    wanted = lots.asked_for()
    back = access.own_path(request.form.get("back")) or url_for("admin.shipments")
    if not 0 < len(wanted) <= lots.MOST:
        flash(_("Tick the parcels first, at most %(most)s of them.", most=lots.MOST), "warn")
        return redirect(back, 303)
    parcels = handling.locked(wanted)
    left: dict[str, list[str]] = defaultdict(list)
    for parcel in parcels:
        try:
            handling.press(parcel, Handling(step), _who())
        except handling.CannotHandle as why:
            left[str(why)].append(parcel.order.number or "")
    _say(Handling(step), len(parcels) - sum(map(len, left.values())))
    for reason, numbers in left.items():
        told = ", ".join(dict.fromkeys(numbers))
        flash(_("Left as it was: %(numbers)s. %(why)s", numbers=told, why=reason), "warn")
    session.commit()
    return redirect(back, 303)


def _say(step: Handling, many: int) -> None:
    if many:
        word = i18n.words(step).lower()
        said = ngettext("One parcel is %(word)s.", "%(num)s parcels are %(word)s.", many, word=word)
        flash(str(said), "good")


def _locked(parcel_id: int) -> Parcel:
    found = handling.locked([parcel_id])
    return found[0] if found else abort(404)


def _order(parcel: Parcel) -> AnyResponse:
    place = url_for("admin.order", number=parcel.order.number, _anchor=f"p{parcel.id}")
    return redirect(place, 303)


def _who() -> Account:
    return cast(Account, current_user)
