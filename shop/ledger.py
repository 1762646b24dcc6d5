"""The ledger of labels: every transaction ever seen at Shippo has a row, and perhaps a wish."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop.db import session
from shop.models import LabelIntent, Parcel, ProviderTransaction, Refund
from shop.models.refunds import ONE
from shop.models.shipping import REFERENCE
from shop.outside import mode
from shop.values import IntentState, Transaction, TransactionStatus, Via


def wish_of(told: Transaction, wish_id: int | None) -> LabelIntent | None:
    """The wish a transaction belongs to: by our reference on it, which only we can have written.

    One without a word on it is ours when it came as the answer to our own POST.
    """
    prefix, _, rest = told.metadata.partition(":")
    mine = sa.select(LabelIntent).with_for_update().execution_options(populate_existing=True)
    if wish_id is not None:
        return session.scalar(mine.filter_by(id=wish_id))
    if prefix == REFERENCE:
        return session.scalar(mine.filter_by(token=rest.rpartition(":")[0]))
    if told.metadata:
        return None
    noted = sa.select(ProviderTransaction.intent_id).filter_by(object_id=told.id)
    return session.scalar(mine.where(LabelIntent.id == noted.scalar_subquery()))


def noted(told: Transaction, via: Via, intent: LabelIntent | None) -> ProviderTransaction:
    """The ledger's row for this transaction: every one ever seen has one."""
    row = session.get(ProviderTransaction, told.id)
    if row is None:
        row = ProviderTransaction(
            object_id=told.id,
            rate_id=told.rate,
            metadata_text=told.metadata[:200],
            mode=mode(),
            seen_via=via,
            intent_id=intent.id if intent else None,
            status=told.status,
            created_at=told.created,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            row = session.get_one(ProviderTransaction, told.id)
    if intent is not None and row.intent_id is None:
        row.intent_id = intent.id  # whose it is was not told when it was seen first
    older = row.status.voided and told.status is TransactionStatus.SUCCESS
    if row.status.undecided or not (told.status.undecided or older):
        row.status = told.status
    row.tracking_number = told.tracking_number or row.tracking_number
    return row


def news(page: Sequence[Transaction]) -> list[Transaction]:
    """Those of a page of Shippo's list that may say something which is not known here.

    Looking takes no locks: of a list read every few seconds nearly all has been settled long ago.
    """
    known = _settled(page)
    return [told for told in page if known.get(told.id) != (told.status, told.tracking_number)]


def _settled(page: Sequence[Transaction]) -> dict[str, tuple[TransactionStatus, str | None]]:
    """What was told of those whose parcel has them for its label, or which were refused."""
    row = ProviderTransaction
    kept = sa.and_(
        LabelIntent.state == IntentState.PURCHASED,
        Parcel.transaction_id == row.object_id,
        row.status == TransactionStatus.SUCCESS,
    )
    refused = sa.and_(
        LabelIntent.state == IntentState.FAILED, row.status == TransactionStatus.ERROR
    )
    settled = (
        sa.select(row.object_id, row.status, row.tracking_number)
        .join(LabelIntent, LabelIntent.id == row.intent_id)
        .join(Parcel, Parcel.id == LabelIntent.parcel_id)
        .where(row.object_id.in_([told.id for told in page]), sa.or_(kept, refused))
    )
    return {name: (status, number) for name, status, number in session.execute(settled)}


def asked_back(told: Transaction) -> bool:
    """Whether its money is being asked for, or was given back, as far as we know here."""
    mine = sa.select(Refund.id).where(Refund.transaction_id == told.id, Refund.state.in_(ONE))
    return session.scalar(mine.limit(1)) is not None
