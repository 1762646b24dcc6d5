"""Labels are printed from the list: ticks outlive its refreshing, and a press can be repeated."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from shop.db import session
from shop.models import Parcel
from tests.admin.test_labels import labelled
from tests.journeys.browser import Visitor, chromium
from tests.processes import Shop
from tests.shop.test_papers import sheet


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def three(shop: Shop, rows: Flask) -> list[Parcel]:
    shop.start("web")
    shop.answering()
    parcels = [labelled(sheet(name)) for name in ("one", "two", "three")]
    session.rollback()
    return parcels


def test_ticked_labels_are_one_file_with_scripts_and_without(
    shop: Shop, three: list[Parcel], browser: Browser
) -> None:
    for times, javascript in ((2, True), (4, False)):
        visitor = Visitor(browser, shop.url, javascript=javascript)
        visitor.sign_in("packer@quayside.test")
        page = visitor.go("/admin/shipments")
        ticks = page.locator("td .checkbox-input")
        expect(ticks).to_have_count(len(three))
        ticks.nth(0).check()
        ticks.nth(2).check()
        if javascript:
            _stays_ticked(page)
        assert _printed(page) == ["three", "one"]
        assert _printed(page) == ["three", "one"]  # the form is still there, to be sent again
        visitor.look()
        visitor.go("/admin/shipments")
        expect(page.get_by_role("main")).to_contain_text(f"{times} times, last")
        assert visitor.faults == []
        visitor.close()


def _stays_ticked(page: Page) -> None:
    bar = page.get_by_role("region", name="Bulk actions")
    expect(bar).to_contain_text("Selected: 2")
    page.get_by_role("heading", level=1).click()  # nothing has the focus: the list may refresh
    page.wait_for_timeout(3000)
    expect(bar).to_contain_text("Selected: 2")
    every = bar.get_by_label("Select all on this page")
    every.check()
    expect(bar).to_contain_text("Selected: 3")
    every.uncheck()
    expect(bar).to_contain_text("With the ticked parcels:")
    page.locator("td .checkbox-input").nth(0).check()
    page.locator("td .checkbox-input").nth(2).check()


def _printed(page: Page) -> list[str]:
    with page.expect_download() as coming:
        page.get_by_role("button", name="Print labels").click()
    assert coming.value.suggested_filename.startswith("labels-")
    body = coming.value.path().read_bytes()
    return [one.extract_text().strip() for one in PdfReader(io.BytesIO(body)).pages]
