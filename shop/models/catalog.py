"""What the shop sells."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Model
from shop.values import Money

LOW_STOCK = 5
MAX_PER_LINE = 20


class Product(Model):
    """One thing for sale, with what customs, scales and shelves need to know of it."""

    __tablename__ = "product"
    __table_args__ = (sa.CheckConstraint("stock >= 0", name="stock_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    sku: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    line: Mapped[str] = mapped_column(sa.String(160))
    category: Mapped[str] = mapped_column(sa.String(40), index=True)
    description: Mapped[str] = mapped_column(sa.Text)
    maker: Mapped[str] = mapped_column(sa.String(120), default="")
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3), default="USD")
    weight_g: Mapped[int]
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    origin: Mapped[str] = mapped_column(sa.String(2))
    hs_code: Mapped[str] = mapped_column(sa.String(10))
    stock: Mapped[int]
    image: Mapped[str] = mapped_column(sa.String(120))
    alt: Mapped[str] = mapped_column(sa.String(200), default="")
    position: Mapped[int] = mapped_column(default=0)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def most(self) -> int:
        """How many one order may take."""
        return min(self.stock, MAX_PER_LINE)

    @property
    def low(self) -> bool:
        return 0 < self.stock < LOW_STOCK
