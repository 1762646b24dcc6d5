"""A line of the doctor's: what was looked at, the verdict, what was found, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """`tone` is good, warn or bad, and empty where there is nothing to judge; `advice` is for the
    last two."""

    name: str
    text: str
    tone: str = ""
    advice: str = ""

    @property
    def troubled(self) -> bool:
        """Whether somebody should do something about it."""
        return self.tone in {"warn", "bad"}


def good(name: str, text: str) -> Check:
    return Check(name=name, text=text, tone="good")


def warn(name: str, text: str, advice: str) -> Check:
    return Check(name=name, text=text, tone="warn", advice=advice)


def bad(name: str, text: str, advice: str) -> Check:
    return Check(name=name, text=text, tone="bad", advice=advice)


def plain(name: str, text: str, advice: str = "") -> Check:
    return Check(name=name, text=text, advice=advice)
