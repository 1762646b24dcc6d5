"""The voiding of a label in words: whether it may be asked for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from flask_login import current_user

from admin.spans import ours, when
from shop import i18n, pages, voids
from shop.i18n import say as _
from shop.models import Parcel, Refund
from shop.values import Permission, RefundState

Row = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to know of a void; a person may keep the label, ask again, or note it."""

    tone: str
    icon: str
    title: str
    text: str
    refund: Refund | None = None
    keep: bool = False
    again: bool = False
    note: bool = False


@dataclass(frozen=True, kw_only=True)
class Void:
    """Of one parcel: whether its label may be voided, is being, and those that were."""

    offered: bool
    asked: bool
    notices: list[Notice] = field(default_factory=list)
    past: list[Refund] = field(default_factory=list)


def tell(parcel: Parcel) -> Void:
    """Everything about voids on a parcel's card."""
    now = parcel.refund
    past = [refund for refund in parcel.refunds if refund.taken]
    may = current_user.can(Permission.BUY_LABELS)
    notices = [_asked(now, may=may)] if now is not None and now.state.asked else []
    notices += [_used(parcel, refund, may=may) for refund in past if refund.asks]
    if parcel.order.cancelled_at and parcel.transaction_id and now is None:
        notices.append(_left_over())
    return Void(
        offered=may and not voids.objection(parcel),
        asked=now is not None and now.state.asked,
        notices=notices,
        past=past[::-1],
    )


def title(refund: Refund) -> str:
    """A voided label's name."""
    number = pages.tracking_spaces(refund.tracking_number or "")
    return _("Voided label %(number)s", number=number) if number else _("Voided label")


def facts(refund: Refund) -> list[Row]:
    """What is known of a refund, for a list of facts."""
    label = refund.label
    carrier = " ".join(filter(None, [label.get("carrier_name"), label.get("service_name")]))
    rows = [(_("Carrier"), carrier)] if carrier else []
    if refund.amount:
        rows.append((_("Money"), _money(refund)))
    who = refund.account.name if refund.account else _("in the Shippo account")
    at = when(ours(refund.asked_at), seconds=True)
    rows.append((_("Void asked for"), _("%(time)s, %(who)s", time=at, who=who)))
    if refund.filed_at:
        rows.append((_("Shippo has it since"), when(refund.filed_at, seconds=True)))
    if refund.settled_at:
        rows.append((_("Decided"), when(refund.settled_at, seconds=True)))
    elif refund.due_at:
        rows.append((_("Next check"), when(ours(refund.due_at), seconds=True)))
    if refund.used_at:
        rows.append((_("Used by somebody"), when(refund.used_at, seconds=True)))
    if refund.reason:
        rows.append((_("Because"), refund.reason))
    rows.append((_("Shippo transaction"), refund.transaction_id))
    return rows


def consequences(parcel: Parcel) -> list[str]:
    """What pressing the button means, in sentences."""
    name = parcel.order.name.split()[0]
    said = _("%(name)s has not been told the number yet, and is not told of this.", name=name)
    if voids.told_customer(parcel):
        said = _(
            "%(name)s was told the number. Their page will say that the parcel is being packed,"
            " and the number is gone from it. No message tells them so; with a new label they hear"
            " the new number.",
            name=name,
        )
    if parcel.order.cancelled_at:
        said = _("%(name)s’s page says that the order is cancelled.", name=name)
    return [
        _("The label must not be used any more: take it off the parcel, and destroy it."),
        _("Its number is not followed any more. Should it be scanned, the desk says so."),
        said,
        _("The money comes back to your Shippo account in up to 14 business days, or is refused."),
        _("It cannot be undone. The parcel then needs another label."),
    ]


def eligibility(parcel: Parcel) -> list[Row]:
    """What speaks for it, as facts."""
    age = voids.age(parcel)
    days = max(age // timedelta(days=1), 0)
    price = _("Not known")
    if parcel.cost:
        price = pages.cost(parcel.cost, about=parcel.estimated)
    return [
        (_("Scanned"), _("Yes") if voids.scanned(parcel) else _("Not yet")),
        (_("Bought"), _age(parcel, days)),
        (_("Number"), pages.tracking_spaces(parcel.tracking_number or "")),
        (_("Money"), price),
    ]


def _age(parcel: Parcel, days: int) -> str:
    at = when(parcel.labelled_at or parcel.created_at)
    return _("%(time)s, %(days)s of 30 days", time=at, days=days)


def _money(refund: Refund) -> str:
    price = pages.cost(refund.amount, about=refund.estimated)
    return _("%(price)s, %(state)s", price=price, state=i18n.words(refund.state).lower())


def _asked(refund: Refund, *, may: bool) -> Notice:
    if refund.state is not RefundState.UNKNOWN:
        text = _("Do not use it, and do not print it. What Shippo says appears here by itself.")
        if refund.reason:
            text = f"{text} {refund.reason}"
        return Notice(
            tone="info",
            icon="undo",
            title=_("This label is being voided"),
            text=text,
        )
    again = voids.may_ask_again(refund)
    later = _("You can ask again: Shippo refuses a second refund of one label.") if again else ""
    due = _("Next check %(time)s.", time=when(ours(refund.due_at))) if refund.due_at else ""
    said = _("Shippo was asked, and its answer was lost. Do not use the label.")
    return Notice(
        tone="warn",
        icon="question",
        title=_("We do not know yet whether this label was voided"),
        text=" ".join(filter(None, [said, due, later])),
        refund=refund,
        again=again and may,
    )


def _used(parcel: Parcel, refund: Refund, *, may: bool) -> Notice:
    number = pages.tracking_spaces(refund.tracking_number or "")
    refused = refund.state is RefundState.REJECTED
    said = []
    if refused:
        said.append(
            _("Shippo refused the refund of %(number)s: it was used, or is too old.", number=number)
        )
    if refund.used_at:
        said.append(
            _("A carrier scanned %(number)s %(time)s.", number=number, time=when(refund.used_at))
        )
    if parcel.transaction_id:
        said.append(_("The parcel has another label: perhaps two are on their way."))
    elif refused:
        said.append(_("If the parcel left with it, take it back into use before buying another."))
    return Notice(
        tone="bad",
        icon="warning",
        title=_("A voided label is being used") if refund.used_at else _("The refund was refused"),
        text=" ".join(said),
        refund=refund,
        keep=may and refused and parcel.transaction_id is None,
        note=may,
    )


def _left_over() -> Notice:
    return Notice(
        tone="warn",
        icon="undo",
        title=_("The order is cancelled, and this label is paid for"),
        text=_("Void it, unless the parcel has left already."),
    )
