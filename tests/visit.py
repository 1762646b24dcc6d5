"""Visit a page as a careful inspector does: every page fetched by a test passes every rule."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

VISITED: Counter[str] = Counter()
"""How often each endpoint was looked at; tests/house asks that none was forgotten."""


class Page:
    """One answered page: its status, its soup, and the forms on it."""

    def __init__(self, client: FlaskClient, answer: Any, url: str) -> None:
        self.client, self.answer, self.url = client, answer, url
        self.status: int = answer.status_code
        self.html: str = answer.get_data(as_text=True)
        self.soup = BeautifulSoup(self.html, "lxml")
        self._tags: list[Tag] = list(self.soup.find_all(True))

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def h1(self) -> str:
        found = self.soup.h1
        return " ".join(found.get_text(" ").split()) if found else ""

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def tags(self, *names: str, **having: bool) -> list[Tag]:
        """Everything of these names, or that has these attributes: quicker than a selector."""
        named = [tag for tag in self._tags if not names or tag.name in names]
        return [tag for tag in named if all(tag.has_attr(key) for key in having)]

    def form(self, action: str) -> Tag:
        """The form that posts to an address ending like this."""
        return next(
            form
            for form in self.tags("form")
            if urljoin(self.url, str(form.get("action") or self.url)).endswith(action)
        )

    def submit(self, action: str, status: int = 200, **fields: Any) -> Page:
        """Fill in a form and send it with whatever it already held, following redirects."""
        form = self.form(action)
        held = {**_held(form), **fields}
        target = urljoin(self.url, str(form.get("action") or self.url))
        if str(form.get("method", "get")).lower() == "get":
            answer = self.client.get(target, query_string=held, follow_redirects=True)
        else:
            answer = self.client.post(target, data=held, follow_redirects=True)
        return _looked_at(Page(self.client, answer, answer.request.path), status)

    def explain(self) -> str:
        return f"{self.url} answered {self.status}: {self.text[:300]}"


def visit(client: FlaskClient, url: str, status: int = 200) -> Page:
    """Fetch a page, following redirects, and inspect it."""
    answer = client.get(url, follow_redirects=True)
    return _looked_at(Page(client, answer, answer.request.path), status)


def _looked_at(page: Page, status: int) -> Page:
    assert page.status == status, page.explain()
    adapter = page.client.application.url_map.bind("")
    if adapter.test(page.url, "GET"):
        VISITED[str(adapter.match(page.url, "GET")[0])] += 1
    if page.answer.mimetype == "text/html":
        for rule in RULES:
            rule(page)
    return page


def _held(form: Tag) -> dict[str, str]:
    """What a form would send as it stands."""
    held: dict[str, str] = {}
    for control in form.find_all(["input", "textarea", "select"], {"name": True}):
        name, kind = str(control["name"]), str(control.get("type", "text"))
        if kind in {"checkbox", "radio"} and not control.has_attr("checked"):
            continue
        if control.name == "select":
            options = control.find_all("option")
            picked = next((o for o in options if o.has_attr("selected")), options[0])
            held[name] = str(picked.get("value", picked.get_text()))
        elif control.name == "textarea":
            held[name] = control.get_text()
        elif kind != "submit":
            held[name] = str(control.get("value", "on" if kind == "checkbox" else ""))
    return held


def _one_h1(page: Page) -> None:
    assert len(page.tags("h1")) == 1, f"{page.url} has {len(page.tags('h1'))} h1"


def _title_begins_with_it(page: Page) -> None:
    title = page.soup.title.get_text() if page.soup.title else ""
    assert " ".join(title.split()).startswith(page.h1), f"{page.url}: {title!r} and {page.h1!r}"


def _every_field_has_a_label(page: Page) -> None:
    named = {str(label.get("for")) for label in page.tags("label")}
    for control in page.tags("input", "select", "textarea"):
        quiet = control.get("type") in {"hidden", "submit"} or control.get("aria-label")
        inside = control.find_parent("label")
        assert quiet or inside or control.get("id") in named, f"{page.url}: {control}"


def _posting_forms_carry_a_token(page: Page) -> None:
    for form in page.tags("form"):
        if str(form.get("method", "get")).lower() == "post":
            assert form.has_attr("action"), f"{page.url}: a form without an action"
            token = form.find("input", attrs={"name": "csrf_token"})
            assert token, f"{page.url}: {form.get('action')}"


def _ids_are_unique(page: Page) -> None:
    twice = [i for i, n in Counter(str(t["id"]) for t in page.tags(id=True)).items() if n > 1]
    assert not twice, f"{page.url}: {twice}"


def _pictures_have_words_and_sizes(page: Page) -> None:
    for picture in page.tags("img"):
        has = picture.has_attr("alt") and picture.has_attr("width") and picture.has_attr("height")
        assert has, f"{page.url}: {picture}"


def _nothing_inline(page: Page) -> None:
    scripts = [script for script in page.tags("script") if not script.has_attr("src")]
    inline = [*scripts, *page.tags("style"), *page.tags(style=True)]
    assert not inline, f"{page.url}: inline style or script"
    assert not re.search(r"\son[a-z]+=", page.html), f"{page.url}: an inline handler"


def _links_lead_somewhere(page: Page) -> None:
    for link in page.tags("a"):
        assert str(link.get("href") or "") not in {"", "#"}, f"{page.url}: {link}"


def _buttons_say_what_they_do(page: Page) -> None:
    for button in page.tags("button", "a"):
        pictured = button.find("img", alt=True)
        named = button.get_text(strip=True) or button.get("aria-label") or pictured
        assert named, f"{page.url}: {button}"


def _language_is_said(page: Page) -> None:
    assert page.soup.html is not None
    assert page.soup.html.get("lang"), page.url


def _nothing_leaked(page: Page) -> None:
    for mark in ("Undefined", "<bound method", "None</", "&lt;time", "datetime.datetime("):
        assert mark not in page.html, f"{page.url}: {mark}"


def _headers_stand(page: Page) -> None:
    assert "default-src 'none'" in page.answer.headers["Content-Security-Policy"]
    assert page.answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page.answer.headers["Cache-Control"] == "no-store"


RULES = (
    _one_h1,
    _title_begins_with_it,
    _every_field_has_a_label,
    _posting_forms_carry_a_token,
    _ids_are_unique,
    _pictures_have_words_and_sizes,
    _nothing_inline,
    _links_lead_somewhere,
    _buttons_say_what_they_do,
    _language_is_said,
    _nothing_leaked,
    _headers_stand,
)
