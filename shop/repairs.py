"""What had to be asked for because nobody told us: rising, it means that webhooks do not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from shop.db import now, session
from shop.models import FollowedSnapshot, ProviderTransaction, TrackSnapshot
from shop.outside import world_now
from shop.values import Via

FEW = 3
SHARE = 10
"""Some news come by asking in the best of times; one in so many, and more than a few, is a sign."""


@dataclass(frozen=True, kw_only=True)
class Repairs:
    """How many scans and labels had to be asked for, and how much news came in all."""

    scans: int
    labels: int
    news: int

    @property
    def number(self) -> int:
        return self.scans + self.labels

    @property
    def well(self) -> bool:
        """Whether that is no more than what always happens."""
        return self.number < FEW or self.number * SHARE < self.news


def counted(within: timedelta | None = None) -> Repairs:
    """Of the last so long, or ever. Scans go by world time, labels by machine time."""
    adopted = sa.select(sa.func.count(ProviderTransaction.object_id)).where(
        ProviderTransaction.seen_via == Via.LIST, ProviderTransaction.intent_id.is_not(None)
    )
    if within is not None:
        adopted = adopted.where(ProviderTransaction.seen_at > now() - within)
    labels = session.scalar(adopted) or 0
    scans, news = _heard(TrackSnapshot, within)
    more_scans, more_news = _heard(FollowedSnapshot, within)
    return Repairs(scans=scans + more_scans, labels=labels, news=news + more_news + labels)


def _heard(
    table: type[TrackSnapshot] | type[FollowedSnapshot], within: timedelta | None
) -> tuple[int, int]:
    """How many were repaired, and how many there are."""
    repaired = sa.func.coalesce(sa.func.sum(sa.case((table.repaired, 1), else_=0)), 0)
    heard = sa.select(repaired, sa.func.count(table.id))
    if within is not None:
        heard = heard.where(table.heard_at > world_now() - within)
    scans, news = session.execute(heard).one()
    return int(scans), news
