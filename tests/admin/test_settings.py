"""What the merchant chooses; secrets are never on the page."""

from __future__ import annotations

from flask.testing import FlaskClient

from shop import choices
from shop.settings import Settings
from shop.values import LabelWhen
from tests import make
from tests.visit import visit


def test_ada_chooses_when_labels_are_bought(client: FlaskClient):
    make.signed_in(client, make.ada())
    page = visit(client, "/admin/settings")
    assert page.all('input[value="on_order"][checked]')
    saved = page.submit("/admin/settings", label_when="by_hand")
    assert "Saved." in saved.text
    assert saved.all('input[value="by_hand"][checked]')
    assert choices.label_when() is LabelWhen.BY_HAND
    page.submit("/admin/settings", 422, label_when="never")
    assert choices.label_when() is LabelWhen.BY_HAND


def test_no_secret_is_shown(client: FlaskClient, settings: Settings):
    page = visit(make.signed_in(client, make.ada()), "/admin/settings")
    for secret in (
        settings.secret_key,
        settings.shippo_api_token,
        settings.shippo_webhook_token,
        settings.shippo_webhook_hmac_secret,
        settings.twilio_auth_token,
        settings.database_url,
    ):
        assert secret not in page.html


def test_pat_may_not_change_them(client: FlaskClient):
    token = str(
        visit(make.signed_in(client, make.pat()), "/admin/").all("input[name=csrf_token]")[0][
            "value"
        ]
    )
    said = {"csrf_token": token, "label_when": "by_hand"}
    assert client.post("/admin/settings", data=said).status_code == 403
    assert choices.label_when() is LabelWhen.ON_ORDER
