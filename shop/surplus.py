"""Labels that were bought and that no parcel needs: which they are, and what they cost."""

from __future__ import annotations

import sqlalchemy as sa

from shop.db import session
from shop.models import LabelIntent, Parcel, ProviderTransaction
from shop.models.shipping import REFERENCE

SURPLUS = sa.or_(
    ProviderTransaction.surplus,
    sa.and_(
        ProviderTransaction.metadata_text.startswith(f"{REFERENCE}:"),
        ProviderTransaction.intent_id.is_(None),
    ),
)
"""A second label of a parcel, or one that carries our reference and no wish of ours asked for."""


def unneeded(known: ProviderTransaction) -> bool:
    """Whether it is such a label, and no parcel has it."""
    if session.scalar(sa.select(Parcel.id).filter_by(transaction_id=known.object_id)):
        return False
    unasked = known.intent_id is None and known.metadata_text.startswith(f"{REFERENCE}:")
    return known.surplus or unasked


def priced(known: ProviderTransaction) -> LabelIntent | None:
    """The wish whose price it was bought at, as far as one is known."""
    if known.intent_id:
        return session.get(LabelIntent, known.intent_id)
    if known.rate_id is None:
        return None
    return session.scalar(sa.select(LabelIntent).filter_by(rate_id=known.rate_id).limit(1))
