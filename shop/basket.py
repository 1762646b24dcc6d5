"""The basket of whoever is visiting."""

from __future__ import annotations

import flask
import sqlalchemy as sa

from shop.db import session
from shop.models import Basket, BasketLine, Product

KEY = "basket"


def current() -> Basket | None:
    """This visitor's basket, if they have begun one that is not yet an order."""
    token = flask.session.get(KEY)
    if token is None:
        return None
    return session.scalar(sa.select(Basket).filter_by(token=token, placed=False))


def begun() -> Basket:
    """This visitor's basket to write in, begun now if they have none.

    Its row is locked: of two clicks at once the second waits and sees what the first has put in.
    """
    token = flask.session.get(KEY, "")
    mine = sa.select(Basket).filter_by(token=token, placed=False).with_for_update()
    found = session.scalar(mine)
    if found is None:
        found = Basket()
        session.add(found)
        session.flush()
        flask.session[KEY] = found.token
    return found


def put(basket: Basket, product: Product, quantity: int) -> int:
    """Set how many of a product the basket holds, as far as stock goes; return how many it is."""
    allowed = max(0, min(quantity, product.most))
    line = next((line for line in basket.lines if line.product_id == product.id), None)
    if allowed == 0:
        if line is not None:
            basket.lines.remove(line)
        return 0
    if line is None:
        line = BasketLine(product=product, product_id=product.id)
        basket.lines.append(line)
    line.quantity = allowed
    return allowed


def held(basket: Basket | None, product: Product) -> int:
    """How many of a product the basket holds."""
    lines = basket.lines if basket else []
    return next((line.quantity for line in lines if line.product_id == product.id), 0)


def count() -> int:
    """How many things are in this visitor's basket, for the header."""
    found = current()
    return found.count if found else 0
