"""A real browser: one Chromium a run, a fresh visitor a test, and axe on every page looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ops import services

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000


WHAT_AXE_FINDS = (
    "rules => axe.run(rules).then(told => told.violations.map(rule => `${rule.id}: ${rule.help}`))"
)


def found_by_axe(page: Page, **rules: Any) -> list[str]:
    """What axe finds fault with. It is read in once a page, and says no more than is wanted."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "preload": False, **rules}
    faults: list[str] = page.evaluate(WHAT_AXE_FINDS, options)
    return [f"{page.url}: {fault}" for fault in faults]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=services.chromium(), args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser of their own. `looks` holds every page axe found fault with."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        javascript: bool = True,
        scheme: Any = "light",
        width: int = 1280,
        axe: bool = True,
        colours: bool = False,
    ) -> None:
        self.javascript, self.axe = javascript, axe
        self._rules = {"rules": {"color-contrast": {"enabled": colours}}}
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            java_script_enabled=javascript,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.look()

    def click(self, name: str, role: Any = "button", **how: Any) -> Page:
        """Press what is called this, and look at the page it leads to."""
        self.page.get_by_role(role, name=name, **how).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def look(self) -> Page:
        """Let axe look at the page; it runs scripts, so only where they are on.

        To weigh `colours` takes as long as all the rest: it is done once of every page, in both
        schemes (test_every_page.py).
        """
        if self.javascript and self.axe:
            self.faults += found_by_axe(self.page, **self._rules)
        return self.page

    def sign_in(self, email: str, password: str = "quayside-demo") -> None:
        page = self.go("/login")
        if not page.url.endswith("/login"):
            return  # has signed in before
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        self.click("Sign in")

    def close(self) -> None:
        self.context.close()

    def _note(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(f"{self.page.url}: console: {message.text}")
