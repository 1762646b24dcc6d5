"""The label to print arrives: late, from a fresh link, once, and never by asking somebody else."""

from __future__ import annotations

import io
import urllib.error
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from jobs import files, labels
from shop import choices, purchases
from shop.db import session
from shop.models import LabelFile, Parcel
from shop.outside import gateways
from shop.values import LabelFormat, Mode
from tests import make
from tests.conftest import Work
from tests.shop.gateways.test_files import Canary, wire
from tests.world import DIRECT, World

pytestmark = pytest.mark.both_databases

PAGES = {
    LabelFormat.PDF_4X6: (288, 432),
    LabelFormat.PDF_A4: (595, 842),
    LabelFormat.PDF_LETTER: (612, 792),
}
"""Points."""


def bought(work: Work) -> LabelFile:
    """A parcel whose label is bought, and whose file nobody has fetched yet."""
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    labels.buy(intent.id)
    work.until(lambda: session.scalar(sa.select(LabelFile.id)))
    return session.scalars(sa.select(LabelFile)).one()


def unfetched(world: World, work: Work) -> LabelFile:
    """The same, while the file host is shut."""
    world.fault("GET", "/labels/*", "status", code=503)
    row = bought(work)
    work.until(lambda: row.tries)
    world.clear_faults()
    return row


def ring_again(row: LabelFile) -> None:
    row.due_at = datetime.now(UTC)
    session.commit()


def chosen(form: LabelFormat, work: Work) -> LabelFile:
    """What arrives when the merchant has chosen this."""
    choices.set_label_format(form)
    session.commit()
    row = bought(work)
    work.until(lambda: row.fetched_at)
    return row


@pytest.mark.parametrize("form", PAGES)
def test_a_pdf_arrives_on_the_sheet_the_merchant_has_chosen(form, world: World, work: Work):
    row = chosen(form, work)
    assert row.content_type == "application/pdf"
    (page,) = PdfReader(io.BytesIO(row.body)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == PAGES[form]


def test_a_label_arrives_as_the_picture_that_was_chosen(world: World, work: Work):
    row = chosen(LabelFormat.PNG, work)
    assert row.content_type == "image/png"
    assert row.body.startswith(b"\x89PNG")


def test_a_label_arrives_as_the_printers_own_words_when_chosen(world: World, work: Work):
    row = chosen(LabelFormat.ZPL, work)
    assert row.content_type == "application/zpl"
    assert row.body.lstrip().startswith(b"^XA")
    assert row.body.rstrip().endswith(b"^XZ")


def test_what_a_file_is_stands_in_its_bytes_and_not_in_what_was_asked_for(world: World, work: Work):
    choices.set_label_format(LabelFormat.ZPL)
    session.commit()
    row = unfetched(world, work)
    choices.set_label_format(LabelFormat.PDF_A4)
    ring_again(row)
    work.until(lambda: row.fetched_at)
    assert row.content_type == "application/zpl"


def test_a_label_fetched_days_later_comes_by_a_fresh_link(world: World, work: Work):
    row = unfetched(world, work)
    transaction_id = row.transaction_id
    session.commit()
    old = gateways.shippo.transaction(transaction_id).label_url
    assert old
    world.advance(72)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        DIRECT.open(old, timeout=5)
    ring_again(row)
    work.until(lambda: row.fetched_at)
    assert row.body.startswith(b"%PDF-")
    assert world.requests("GET", f"/transactions/{row.transaction_id}")
    assert len(world.requests("POST", "/transactions")) == 1


def test_a_host_that_forbids_is_asked_again_on_a_schedule_and_staff_read_why(
    world: World, work: Work
):
    world.fault("GET", "/labels/*", "status", code=403)
    row = bought(work)
    for tries in (1, 2, 3):
        work.until(lambda tries=tries: row.tries >= tries)
        assert "127.0.0.1 refused" in row.note
        assert "403" in row.note
        assert row.due_at is not None
        assert row.due_at > datetime.now(UTC)
        ring_again(row)
    world.clear_faults()
    work.until(lambda: row.fetched_at)
    assert (row.note, row.due_at) == ("", None)


def test_after_two_days_of_refusals_only_a_person_asks_again(world: World, work: Work):
    world.fault("GET", "/labels/*", "status", code=403)
    row = bought(work)
    work.until(lambda: row.tries)
    row.tries = files.MOST_REFUSALS - 1
    session.commit()
    files.fetch(row.id)
    assert row.due_at is None
    assert not row.fetched_at
    work()
    world.clear_faults()
    ring_again(row)
    work.until(lambda: row.fetched_at)


def test_a_file_that_arrives_twice_is_the_same(world: World, work: Work):
    row = bought(work)
    work.until(lambda: row.fetched_at)
    before = (row.body, row.fetched_at, row.tries)
    seen = len(world.requests())
    files.fetch(row.id)
    assert (row.body, row.fetched_at, row.tries) == before
    assert len(world.requests()) == seen


def test_a_failure_told_after_the_file_has_come_changes_nothing(world: World, work: Work):
    row = bought(work)
    work.until(lambda: row.fetched_at)
    files._not_now(row.id, files.Unavailable("no answer within 20 s"))
    session.commit()
    assert (row.due_at, row.note) == (None, "")
    assert row.fetched_at


def test_a_label_of_the_other_mode_is_not_asked_for(world: World, work: Work):
    row = unfetched(world, work)
    session.get_one(Parcel, row.parcel_id).mode = Mode.LIVE
    session.commit()
    seen = len(world.requests())
    files.fetch(row.id)
    assert "live mode" in row.note
    assert row.due_at is not None
    assert len(world.requests()) == seen


ASTRAY = (
    "http://127.0.0.1:{p}/a.pdf",
    "http://localhost:{p}/a.pdf",
    "https://shippo-delivery.s3.amazonaws.com@127.0.0.1:{p}/a.pdf",
    "file:///etc/passwd",
)


def test_wherever_shippo_says_the_label_lies_only_listed_hosts_are_asked(world: World, work: Work):
    row = unfetched(world, work)
    with Canary() as canary:
        for address in ASTRAY:
            world.clear_faults()
            value = address.format(p=canary.port)
            world.fault("GET", "/transactions/*", "unknown_enum", field="label_url", value=value)
            tries = row.tries
            with wire() as seen:
                files.fetch(row.id)
            assert row.tries == tries + 1
            assert "not on a host in LABEL_HOSTS" in row.note
            assert canary.port not in [place[1] for what, place in seen if what == "connect"]
        assert canary.hits == []


def test_half_a_file_or_another_one_is_not_kept(world: World, work: Work):
    row = unfetched(world, work)
    for do in ("truncate", "drop_before", "html_200", "redirect"):
        world.fault("GET", "/labels/*", do, times=1)
        files.fetch(row.id)
        assert (row.fetched_at, row.body, row.content_type) == (None, None, ""), do
    ring_again(row)
    work.until(lambda: row.fetched_at)
    assert row.body.startswith(b"%PDF-")
    assert row.body.rstrip().endswith(b"%%EOF")


def test_the_schedule_waits_longer_and_longer(world: World, work: Work):
    row = unfetched(world, work)
    world.fault("GET", "/labels/*", "status", code=503)
    waits = []
    for _ in range(5):
        files.fetch(row.id)
        waits.append(round((row.due_at - datetime.now(UTC)) / timedelta(seconds=1)))
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(3600, abs=2)
