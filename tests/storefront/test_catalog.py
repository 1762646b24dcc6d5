"""The goods on show."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests import make
from tests.visit import visit


def test_the_front_page_shows_goods_from_every_shelf_that_can_be_bought(client: FlaskClient):
    make.product("enamel-kettle", stock=0)
    page = visit(client, "/")
    assert page.h1 == "Things that last the crossing"
    assert {a["href"] for a in page.all(".cats a")} >= {"/products?category=garden"}
    assert len(page.all(".product-tile")) == 8
    assert "Enamel kettle" not in page.text
    assert "Free standard delivery from $120" in page.text


def test_all_goods_and_one_shelf(client: FlaskClient):
    make.product()
    assert len(visit(client, "/products").all(".product-tile")) == 24
    shelf = visit(client, "/products?category=garden")
    assert shelf.h1 == "Garden"
    assert len(shelf.all(".product-tile")) == 6
    assert shelf.all(".cats [aria-current]")[0].get_text() == "Garden"
    visit(client, "/products?category=weapons", 404)


def test_a_search_wants_every_word_somewhere(client: FlaskClient):
    make.product()
    names = [t.get_text() for t in visit(client, "/products?q=Navy+WOOL").all(".product-tile h3")]
    assert names == ["Wool cushion"]


@pytest.mark.parametrize("words", ["100%25", "_", "%5C", "%27%20OR%201%3D1", "zeppelin"])
def test_signs_that_mean_something_to_sql_mean_nothing_here(client: FlaskClient, words: str):
    make.product()
    page = visit(client, f"/products?q=zz{words}")
    assert not page.all(".product-tile")
    assert "See all goods" in page.text


def test_a_product_says_what_it_is(client: FlaskClient):
    make.product("enamel-kettle", stock=38)
    page = visit(client, "/products/enamel-kettle")
    for told in ("$64.00", "In stock", "2.6 lb (1.2 kg)", "25 × 22 × 19.5 cm", "Poland", "arrives"):
        assert told in page.text
    assert page.form("/cart/enamel-kettle")


def test_stock_is_told_in_words(client: FlaskClient):
    make.product("enamel-kettle", stock=3)
    assert "Only 3 left" in visit(client, "/products/enamel-kettle").text
    make.product("enamel-kettle", stock=0)
    page = visit(client, "/products/enamel-kettle")
    assert "Sold out" in page.text
    assert not page.all("form.product-buy")


def test_a_stranger_s_host_name_is_refused_shortly(client: FlaskClient):
    answer = client.get("/", headers={"Host": "shop.example"})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


@pytest.mark.parametrize("slug", ["nothing", "enamel-kettle%27"])
def test_what_we_do_not_sell_is_not_found(client: FlaskClient, slug: str):
    make.product()
    visit(client, f"/products/{slug}", 404)
