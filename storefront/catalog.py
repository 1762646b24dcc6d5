"""The goods on show: the home page, the shelves with their search, and one product."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from babel.units import format_unit
from flask import abort, render_template, request
from flask_babel import format_decimal, gettext, lazy_gettext

from shop import basket, choices, i18n, rates
from shop.db import session
from shop.forms import tidy
from shop.models import Product
from shop.outside import world_now

CATEGORIES = {
    "kitchen": lazy_gettext("Kitchen"),
    "home": lazy_gettext("Home"),
    "garden": lazy_gettext("Garden"),
    "carry": lazy_gettext("Carry"),
}
FROM_EACH_SHELF = 2
LONGEST_SEARCH = 80
SEARCHED = (Product.name, Product.line, Product.description, Product.maker, Product.category)
GRAMS_PER_POUND = 453.59237
MM_PER_INCH = 25.4


def home() -> str:
    rank = sa.func.row_number().over(
        partition_by=Product.category, order_by=(Product.position, Product.id)
    )
    ranked = sa.select(Product.id, rank.label("rank")).where(Product.stock > 0).subquery()
    first = (
        sa.select(Product)
        .join(ranked, ranked.c.id == Product.id)
        .where(ranked.c.rank <= FROM_EACH_SHELF)
        .order_by(Product.position)
    )
    return render_template(
        "storefront/home.html",
        goods=session.scalars(first).all(),
        categories=CATEGORIES,
        free_from=rates.FREE_FROM,
    )


def products() -> str:
    asked = tidy(request.args.get("q"))[:LONGEST_SEARCH]
    category = request.args.get("category", "")
    if category and category not in CATEGORIES:
        abort(404)
    return render_template(
        "storefront/products.html",
        goods=_found(asked, category),
        asked=asked,
        category=category,
        categories=CATEGORIES,
    )


def product(slug: str) -> str:
    shown = on_shelf(slug)
    return render_template(
        "storefront/product.html",
        product=shown,
        category=CATEGORIES.get(shown.category, shown.category),
        held=basket.held(basket.current(), shown),
        promise=_promise(),
        facts=_facts(shown),
        others=_others(shown),
    )


def on_shelf(slug: str) -> Product:
    """The product of an address, or 404."""
    found = session.scalar(sa.select(Product).filter_by(slug=tidy(slug)))
    return found or abort(404)


def _found(asked: str, category: str) -> Sequence[Product]:
    """Goods in which every word asked for occurs somewhere."""
    wanted = sa.select(Product).order_by(Product.position, Product.id)
    if category:
        wanted = wanted.filter_by(category=category)
    for word in asked.split():
        wanted = wanted.where(sa.or_(*(text.icontains(word, autoescape=True) for text in SEARCHED)))
    return session.scalars(wanted).all()


def _others(shown: Product) -> Sequence[Product]:
    """A few more from the same shelf."""
    shelf = sa.select(Product).filter_by(category=shown.category)
    others = shelf.where(Product.id != shown.id, Product.stock > 0)
    return session.scalars(others.order_by(Product.position).limit(4)).all()


def _promise() -> str:
    """When it arrives as a rule; the cutoff is named only when it is near."""
    now = world_now()
    own = choices.fixed_options()
    days = i18n.day_range(rates.usual(now, own[0].days) if own else rates.usual(now))
    left = rates.time_left(now)
    if left is None or left > rates.NEAR:
        return str(gettext("Usually arrives %(days)s", days=days))
    told = gettext(
        "Order within %(span)s (by 2\u00a0pm\u00a0PT): usually arrives %(days)s",
        span=i18n.span(left),
        days=days,
    )
    return str(told)


def _facts(shown: Product) -> list[tuple[str, str]]:
    return [
        (gettext("Weight"), _weight(shown.weight_g)),
        (gettext("Size"), _size(shown.length_mm, shown.width_mm, shown.height_mm)),
        (gettext("Made in"), i18n.locale().territories.get(shown.origin, shown.origin)),
        (gettext("Maker"), shown.maker),
        (gettext("Item number"), shown.sku),
    ]


def _weight(grams: int) -> str:
    pounds, locale = grams / GRAMS_PER_POUND, i18n.locale()
    if pounds < 1:
        own = format_unit(round(pounds * 16, 1), "ounce", "short", locale=locale)
    else:
        own = format_unit(round(pounds, 1), "pound", "short", locale=locale)
    metric = (
        format_unit(grams, "gram", "short", locale=locale)
        if grams < 1000
        else format_unit(round(grams / 1000, 2), "kilogram", "short", locale=locale)
    )
    return f"{own} ({metric})"


def _size(*sides_mm: int) -> str:
    inches = " × ".join(format_decimal(round(side / MM_PER_INCH, 1)) for side in sides_mm)
    centimetres = " × ".join(format_decimal(round(side / 10, 1)) for side in sides_mm)
    return str(gettext("%(inches)s in (%(cm)s cm)", inches=inches, cm=centimetres))
