"""Labels to print: one or many, as often as wanted; nothing is bought and nobody asked again."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pypdf import PdfReader

from admin import lots
from shop import choices
from shop.db import session
from shop.models import AuditEntry, LabelFile, Parcel, Refund
from shop.outside import world_now
from shop.rates import HOME
from shop.values import Act, LabelFormat, Mode, RefundState
from tests import make
from tests.conftest import Work
from tests.shop.test_papers import picture, sheet, sizes
from tests.visit import Page, visit
from tests.world import World

ZPL = b"^XA^FD%s^FS^XZ"


def labelled(body: bytes | None, kind: str = "application/pdf", **given: Any) -> Parcel:
    """A parcel with a label, and its file when there is one."""
    count = session.scalar(sa.select(sa.func.count(Parcel.id))) or 0
    parcel = make.labelled(tracking_number=f"9205590164917312{count:06}", **given)
    make.saved(
        LabelFile(
            parcel_id=parcel.id,
            transaction_id=str(parcel.transaction_id),
            content_type=kind if body else "",
            body=body,
            fetched_at=parcel.labelled_at if body else None,
        )
    )
    return parcel


def pat(client: FlaskClient) -> FlaskClient:
    return make.signed_in(client, make.pat())


def token(client: FlaskClient) -> str:
    return str(visit(client, "/admin/").all("input[name=csrf_token]")[0]["value"])


def press(client: FlaskClient, *parcels: Parcel, **more: Any) -> Any:
    """The bulk bar's button, with these ticked."""
    ticked = {"parcel": [parcel.id for parcel in parcels]} if parcels else {}
    said = {"csrf_token": token(client), **ticked, **more}
    return client.post("/admin/labels", data=said)


def sent(page: Page, action: str, **ticked: list[str]) -> Any:
    """What a form brings: a file, which is no page to inspect."""
    form = page.form(action)
    held = {str(f["name"]): str(f["value"]) for f in form.select("input[type=hidden]")}
    return page.client.post(str(form["action"]), data={**held, **ticked})


def words(body: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(io.BytesIO(body)).pages]


def prints() -> list[AuditEntry]:
    return list(session.scalars(sa.select(AuditEntry).filter_by(act=Act.PRINT)))


def today() -> str:
    return world_now().astimezone(HOME).date().isoformat()


def test_a_label_is_printed_and_printed_again_and_bought_once(
    client: FlaskClient, work: Work, world: World
):
    order = make.placed()
    parcel = order.parcels[0]
    pat(client)
    visit(client, f"/admin/orders/{order.number}").submit("/buy")
    work.until(lambda: session.scalar(sa.select(LabelFile.fetched_at)))
    address, asked = f"/admin/orders/{order.number}", len(world.requests())
    page = visit(client, address)
    assert page.form("/print").get_text(strip=True) == "Print label"
    assert "Printed" not in page.text
    first = sent(page, "/print")
    assert first.data.startswith(b"%PDF-")
    named = first.headers["Content-Disposition"]
    assert named == f'attachment; filename="{order.number}.pdf"'
    page = visit(client, address)
    assert "PT by Pat" in page.text
    assert page.form("/print").get_text(strip=True) == "Print again"
    assert sent(page, "/print").data == first.data
    assert "2 times, last" in visit(client, address).text
    assert "2 times, last" in visit(client, "/admin/shipments").text
    assert [entry.account.name for entry in prints()] == ["Pat", "Pat"]
    assert len(world.requests("POST", "/transactions")) == 1
    calls = world.requests()[asked:]
    assert not [call for call in calls if not call["path"].startswith("/_sandbox")]
    assert session.get_one(Parcel, parcel.id).transaction_id


def test_looking_at_the_file_is_no_print(client: FlaskClient):
    parcel = labelled(sheet("one"))
    answer = pat(client).get(f"/admin/shipments/{parcel.id}/label")
    assert answer.status_code == 200
    assert not prints()


def test_what_is_printed_is_saved_and_never_run_in_place(client: FlaskClient):
    parcel = labelled(ZPL % b"<script>", "application/zpl")
    pat(client)
    for answer in (
        client.post(f"/admin/shipments/{parcel.id}/print", data={"csrf_token": token(client)}),
        press(client, parcel),
    ):
        assert answer.status_code == 200
        assert answer.content_type == "application/zpl"
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_each_of_an_orders_labels_has_a_name_of_its_own(client: FlaskClient):
    order = make.order()
    one, two = (labelled(picture(), "image/png", order=order) for _ in range(2))
    pat(client)
    names = []
    for parcel in (one, two):
        answer = client.get(f"/admin/shipments/{parcel.id}/label")
        names.append(answer.headers["Content-Disposition"].partition('"')[2].rstrip('"'))
    assert names == [f"{order.number}-1.png", f"{order.number}-2.png"]


def test_ticked_parcels_are_one_pdf_in_the_order_of_the_list(client: FlaskClient):
    one, two = labelled(sheet("one")), labelled(sheet("two", (595, 842)))
    three = labelled(picture(dpi=(203, 203)), "image/png")
    page = visit(pat(client), "/admin/shipments")
    assert [tick["value"] for tick in page.all("td input[name=parcel]")] == [
        str(parcel.id) for parcel in (three, two, one)
    ]
    ticked = [str(parcel.id) for parcel in (three, two, one, two)]
    answer = sent(page, "/admin/labels", parcel=ticked)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="labels-{today()}.pdf"'
    assert words(answer.data) == ["", "two", "one"]
    assert sizes(answer.data) == [(288, 432), (595, 842), (288, 432)]
    assert len(prints()) == 3


def test_ticked_orders_are_all_their_parcels(client: FlaskClient):
    first, second = make.order(), make.order(basket=make.basket(token="b" * 32, placed=True))
    labelled(sheet("a1"), order=first)
    labelled(sheet("b1"), order=second)
    labelled(sheet("a2"), order=first)
    page = visit(pat(client), "/admin/orders")
    ticks = [str(tick["value"]) for tick in page.all("td input[name=order]")]
    assert ticks == [str(second.id), str(first.id)]
    answer = sent(page, "/admin/labels", order=ticks)
    assert words(answer.data) == ["b1", "a1", "a2"]


def test_zpl_is_put_together_as_text(client: FlaskClient):
    one, two = (labelled(ZPL % n, "application/zpl") for n in (b"one", b"two"))
    answer = press(pat(client), two, one)
    assert answer.data == b"^XA^FDtwo^FS^XZ\n^XA^FDone^FS^XZ\n"
    assert answer.headers["Content-Disposition"].endswith(f'"labels-{today()}.zpl"')


def test_what_one_file_cannot_hold_is_named_before_anything_is_printed(client: FlaskClient):
    page_label, code = labelled(sheet("page")), labelled(ZPL % b"code", "application/zpl")
    waiting, coming = make.parcel(), labelled(None)
    answer = press(pat(client), page_label, code, waiting, coming, back="/admin/shipments?view=x")
    page = Page(client, answer, "/admin/labels")
    assert page.h1 == "Print labels"
    assert "2 labels are not printed" in page.text
    assert f"{waiting.order.number} Needs label" in page.text
    assert f"{coming.order.number} Being fetched." in page.text
    assert not prints()
    forms = page.all("main form")
    assert [form.get_text(strip=True) for form in forms] == [
        f"{page_label.order.number}Print one label (PDF)",
        f"{code.order.number}Print one label (ZPL)",
    ]
    assert page.all("a[href='/admin/shipments?view=x']")
    sent = [
        {str(field["name"]): str(field["value"]) for field in form.select("input")}
        for form in forms
    ]
    assert words(client.post("/admin/labels", data=sent[0]).data) == ["page"]
    assert client.post("/admin/labels", data=sent[1]).data == b"^XA^FDcode^FS^XZ\n"
    assert len(prints()) == 2


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_printed(client: FlaskClient):
    good, bad = labelled(sheet("good")), labelled(b"%PDF-1.7 torn")
    page = Page(client, press(pat(client), good, bad), "/admin/labels")
    assert f"{bad.order.number} Its file cannot be read." in page.text
    assert not prints()
    (form,) = page.all("main form")
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    assert words(client.post("/admin/labels", data=sent).data) == ["good"]
    assert [entry.subject for entry in prints()] == [f"label:{good.transaction_id}"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "Tick the parcels whose labels you want to print."),
        ({"parcel": ["nothing", "-1", "99999999999999"]}, "Tick the parcels"),
        ({"parcel": [str(n) for n in range(1, 102)]}, "At most 100 labels are printed at once."),
        ({"order": ["999"]}, "Tick the parcels"),
    ],
)
def test_a_press_with_nothing_or_too_much_ticked_says_so(
    client: FlaskClient, said: dict[str, Any], told: str
):
    answer = press(pat(client), **said)
    assert (answer.status_code, answer.location) == (303, "/admin/shipments")
    assert told in visit(client, answer.location).text


def test_files_that_are_too_large_together_are_not_even_read(client: FlaskClient):
    parcel = labelled(sheet("one"))
    heavy = sa.func.decode(sa.func.repeat("20", lots.HEAVIEST + 1), "hex")
    session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    session.execute(sa.update(LabelFile).values(body=heavy))
    session.commit()
    answer = press(pat(client), parcel)
    assert "These files are too large for one." in visit(client, answer.location).text


def test_one_goes_back_to_the_list_one_came_from_and_to_no_other_site(client: FlaskClient):
    pat(client)
    assert press(client, back="/admin/orders?view=ready").location == "/admin/orders?view=ready"
    assert press(client, back="https://evil.example/").location == "/admin/shipments"


def test_who_may_not_print_has_no_ticks_and_no_way_in(client: FlaskClient):
    parcel = labelled(sheet("one"))
    make.signed_in(client, make.vera())
    for address in ("/admin/shipments", "/admin/orders"):
        assert not visit(client, address).all("td input, .bulk")
    said = {"csrf_token": token(client), "parcel": parcel.id}
    for address in ("labels", f"shipments/{parcel.id}/print", f"shipments/{parcel.id}/fetch"):
        assert client.post(f"/admin/{address}", data=said).status_code == 403
    assert not prints()


def test_a_label_that_could_not_be_fetched_is_said_with_its_cause_and_fetched_at_a_press(
    client: FlaskClient, work: Work, world: World
):
    world.fault("GET", "/labels/*", "status", code=403)
    order = make.placed()
    pat(client)
    visit(client, f"/admin/orders/{order.number}").submit("/buy")
    work.until(lambda: session.scalar(sa.select(LabelFile.tries)))
    page = visit(client, f"/admin/orders/{order.number}")
    assert "It could not be fetched: 127.0.0.1 refused" in page.text
    assert "Next try:" in page.text
    absent = visit(client, f"/admin/shipments/{order.parcels[0].id}/label", 404)
    assert absent.form("/fetch")
    file = session.scalars(sa.select(LabelFile)).one()
    file.tries, file.due_at = 50, None
    session.commit()
    home = visit(client, "/admin/")
    assert "The file of one label does not come" in home.text
    assert f"First is {order.number}." in home.text
    page = visit(client, f"/admin/orders/{order.number}")
    assert "It could not be fetched 50 times" in page.text
    assert "We have stopped trying." in page.text
    world.clear_faults()
    again = page.submit("/fetch")
    assert "The label’s file is being fetched." in again.text
    work()
    assert visit(client, f"/admin/orders/{order.number}").form("/print")
    assert len(world.requests("POST", "/transactions")) == 1


def test_fetching_again_what_is_here_does_nothing(client: FlaskClient):
    parcel = labelled(sheet("one"))
    said = {"csrf_token": token(pat(client))}
    assert client.post(f"/admin/shipments/{parcel.id}/fetch", data=said).status_code == 303
    file = session.scalars(sa.select(LabelFile)).one()
    assert (file.due_at, file.tries) == (None, 0)
    assert client.post("/admin/shipments/999/fetch", data=said).status_code == 404


def test_a_print_of_what_is_not_here_is_explained(client: FlaskClient):
    parcel = labelled(None)
    said = {"csrf_token": token(pat(client))}
    answer = client.post(f"/admin/shipments/{parcel.id}/print", data=said)
    assert answer.status_code == 404
    assert "is being fetched from Shippo" in answer.get_data(as_text=True)
    assert not prints()


def test_a_label_that_is_being_voided_is_not_printed(client: FlaskClient):
    parcel, other = labelled(sheet("void")), labelled(sheet("fine"))
    make.saved(
        Refund(
            transaction_id=parcel.transaction_id,
            parcel_id=parcel.id,
            mode=Mode.TEST,
            state=RefundState.SENDING,
        )
    )
    pat(client)
    page = visit(client, f"/admin/orders/{parcel.order.number}")
    assert "The label is being voided. Do not use it." in page.text
    assert not page.all("form[action$='/print']")
    answer = client.post(f"/admin/shipments/{parcel.id}/print", data={"csrf_token": token(client)})
    assert answer.status_code == 303
    many = Page(client, press(client, parcel, other), "/admin/labels")
    assert f"{parcel.order.number} The label is being voided." in many.text
    assert not prints()


def voided(body: bytes | None, kind: str = "application/pdf") -> Parcel:
    """A parcel whose label was voided; its file stays."""
    parcel = labelled(body, kind, transaction_id="b" * 32)
    given = {"mode": Mode.TEST, "state": RefundState.FILED, "filed_at": parcel.labelled_at}
    make.saved(Refund(parcel=parcel, transaction_id="b" * 32, **given))
    parcel.lose_label()
    session.commit()
    return parcel


def test_a_voided_labels_file_is_opened_from_its_history_marked_void(client: FlaskClient):
    parcel = voided(sheet("old"))
    page = visit(pat(client), f"/admin/orders/{parcel.order.number}")
    (link,) = page.all("a[href*='/admin/labels/']")
    assert link.get_text(strip=True) == "Old label’s file (VOID – do not print)"
    answer = client.get(link["href"])
    named = answer.headers["Content-Disposition"]
    assert named == f'attachment; filename="VOID-{parcel.order.number}.pdf"'
    (told,) = words(answer.data)
    assert "old" in told
    assert "VOID" in told
    assert not prints()


@pytest.mark.parametrize(
    ("body", "kind", "ending"),
    [(picture(), "image/png", "pdf"), (ZPL % b"old", "application/zpl", "zpl")],
)
def test_a_voided_label_of_another_kind_is_marked_too(
    client: FlaskClient, body: bytes, kind: str, ending: str
):
    voided(body, kind)
    answer = pat(client).get(f"/admin/labels/{'b' * 32}")
    assert answer.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert b"VOID" in answer.data if ending == "zpl" else "VOID" in words(answer.data)[0]


def test_a_voided_label_whose_file_never_came_has_no_link(client: FlaskClient):
    parcel = voided(None)
    page = visit(pat(client), f"/admin/orders/{parcel.order.number}")
    assert not page.all("a[href*='/admin/labels/']")
    assert client.get(f"/admin/labels/{'b' * 32}").status_code == 404


def test_voided_labels_alone_are_opened_so_and_by_packers_alone(client: FlaskClient):
    parcel = labelled(sheet("in use"))
    assert pat(client).get(f"/admin/labels/{parcel.transaction_id}").status_code == 404
    old = voided(sheet("old"))
    make.signed_in(client, make.vera())
    assert client.get(f"/admin/labels/{'b' * 32}").status_code == 403
    assert not visit(client, f"/admin/orders/{old.order.number}").all("a[href*='/admin/labels/']")


def test_ada_chooses_the_kind_of_file_labels_are_bought_as(client: FlaskClient):
    make.signed_in(client, make.ada())
    page = visit(client, "/admin/settings")
    assert page.all('input[value="pdf_4x6"][checked]')
    saved = page.submit("/admin/settings/labels", label_format="zpl")
    assert "Saved." in saved.text
    assert saved.all('input[value="zpl"][checked]')
    assert choices.label_format() is LabelFormat.ZPL
    page.submit("/admin/settings/labels", 422, label_format="papyrus")
    assert choices.label_format() is LabelFormat.ZPL


def test_pat_may_not_choose_it(client: FlaskClient):
    said = {"csrf_token": token(pat(client)), "label_format": "zpl"}
    assert client.post("/admin/settings/labels", data=said).status_code == 403
    assert choices.label_format() is LabelFormat.PDF_4X6
