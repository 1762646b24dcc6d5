"""How much postage may cost: so much a day, and so much a label before somebody is asked.

Asked for where a wish is claimed, with the limits' row locked: parallel clicks cannot exceed it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop.db import changed, now, session
from shop.models import Account, AuditEntry, LabelIntent, ShopSetting
from shop.outside import mode, settings
from shop.rates import HOME
from shop.values import Act, Hold, IntentState, Mode, Money, ParcelState, Permission

UNSPENT = (IntentState.READY, IntentState.FAILED)
"""Wishes that cost nothing: not sent, or refused. What was voided later has been spent."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Amounts in whole minor units; None is no limit."""

    daily_minor: int | None
    each_minor: int | None
    currency: str = "USD"

    @property
    def daily(self) -> Money | None:
        return None if self.daily_minor is None else Money(self.daily_minor, self.currency)

    @property
    def each(self) -> Money | None:
        """Above this a label waits until somebody approves."""
        return None if self.each_minor is None else Money(self.each_minor, self.currency)


NONE = Limits(daily_minor=None, each_minor=None)
AT_FIRST = {
    Mode.TEST: NONE,
    Mode.LIVE: Limits(daily_minor=500_00, each_minor=100_00),
}


def limits() -> Limits:
    """The merchant's limits in the mode we are in."""
    return _read(session.get(ShopSetting, _name()))


def set_limits(chosen: Limits) -> list[int]:
    """Choose others; the wishes that waited are looked at again. Returns their ids."""
    _row().value = asdict(chosen)
    session.flush()
    waiting = [intent.id for intent in waiting_wishes()]
    changed(
        sa.update(LabelIntent)
        .where(LabelIntent.id.in_(waiting), LabelIntent.state == IntentState.READY)
        .values(due_at=now() + timedelta(seconds=settings.sweep_interval_s))
    )
    return waiting


def spent_today() -> Money:
    """What labels asked for since midnight may cost us, in the limits' currency."""
    return _spent(limits().currency)


def held(intent_id: int) -> bool:
    """Whether this wish must not be sent now; then the reason stands on it.

    Claim and commit in the same transaction: until then nobody else spends.
    """
    allowed = _locked()
    intent = session.get(LabelIntent, intent_id, populate_existing=True)
    if intent is None or intent.state is not IntentState.READY:
        return False
    hold = _hold(intent, allowed)
    if hold is None and intent.hold is None:
        return False
    until = midnight() + timedelta(days=1) if hold is Hold.CAP else None
    changed(
        sa.update(LabelIntent)
        .where(LabelIntent.id == intent_id, LabelIntent.state == IntentState.READY)
        .values(hold=hold, **({"due_at": until} if hold else {}))
    )
    return hold is not None


def waiting_wishes() -> list[LabelIntent]:
    """Every wish that waits for leave to spend, oldest first."""
    where = (LabelIntent.state == IntentState.READY, LabelIntent.hold.is_not(None))
    return list(session.scalars(sa.select(LabelIntent).where(*where).order_by(LabelIntent.id)))


def approve(intent: LabelIntent, who: Account) -> bool:
    """Let this one be bought whatever the limits say. Call it with the row locked."""
    if intent.state is not IntentState.READY or intent.hold is None:
        return False
    intent.hold, intent.approved_at = None, now()
    intent.due_at = now() + timedelta(seconds=settings.sweep_interval_s)
    _written(Act.APPROVE, intent, who)
    return True


def withdraw(intent: LabelIntent, who: Account) -> bool:
    """Take a wish back that was not sent. Call it with the row locked."""
    if intent.state is not IntentState.READY:
        return False
    intent.state, intent.due_at, intent.hold = IntentState.RELEASED, None, None
    intent.parcel.wait_for(ParcelState.NEEDS_LABEL)
    session.flush()
    session.expire(intent.parcel, ["intents"])
    _written(Act.WITHDRAW, intent, who)
    return True


def midnight() -> datetime:
    """When the shop's day began, by the machine's clock: what is spent is real."""
    local = now().astimezone(HOME)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _hold(intent: LabelIntent, allowed: Limits) -> Hold | None:
    if intent.approved_at is not None:
        return None
    if allowed.each is not None and not _trusted(intent):
        foreign = intent.currency != allowed.currency
        if intent.amount is None or foreign or intent.amount > allowed.each:
            return Hold.APPROVAL
    if allowed.daily is None:
        return None
    if intent.currency != allowed.currency:
        return Hold.APPROVAL
    spent = _spent(allowed.currency) + (intent.amount or Money(0, allowed.currency))
    return Hold.CAP if spent > allowed.daily else None


def _trusted(intent: LabelIntent) -> bool:
    """Whether who pressed the button may approve: the cost stood on it."""
    who = session.get(Account, intent.asked_by) if intent.asked_by else None
    return who is not None and who.can(Permission.APPROVE_SPENDING)


def _spent(currency: str) -> Money:
    total = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(LabelIntent.amount_minor), 0)).where(
            LabelIntent.sent_at >= midnight(),
            LabelIntent.state.not_in(UNSPENT),
            LabelIntent.currency == currency,
            LabelIntent.mode == mode(),
        )
    )
    return Money(int(total or 0), currency)


def _locked() -> Limits:
    """The limits, ours alone until we commit; where there are none, nobody waits for anybody."""
    row = session.scalar(_mine())
    if row is None and AT_FIRST[mode()] == NONE:
        return NONE
    return _read(row or _row())


def _mine() -> sa.Select[ShopSetting]:
    mine = sa.select(ShopSetting).filter_by(name=_name()).with_for_update()
    return mine.execution_options(populate_existing=True)


def _row() -> ShopSetting:
    """Their row, ours alone until we commit; made where it was never needed before."""
    row = session.scalar(_mine())
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(ShopSetting(name=_name(), value=asdict(AT_FIRST[mode()])))
            session.flush()
    except IntegrityError:
        pass  # another process was first
    return session.scalars(_mine()).one()


def _read(row: ShopSetting | None) -> Limits:
    value: dict[str, Any] | None = row.value if row else None
    return Limits(**value) if value else AT_FIRST[mode()]


def _name() -> str:
    return f"spending_{mode()}"


def _written(act: Act, intent: LabelIntent, who: Account) -> None:
    about = f"purchase:{intent.id}"
    session.add(AuditEntry(account_id=who.id, act=act, subject=about, note=""))
