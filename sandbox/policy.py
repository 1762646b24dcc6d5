"""The policy of the post: which webhooks get lost, are doubled, come late or in another order."""

from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.store import Doc, Store

LOST, DOUBLED, LATE = "lost", "doubled", "late"
KNOWN = ("event", "drop_every", "duplicate_every", "delay_s", "shuffle", "spread_s", "seed")
SPREAD_S = 2.0


@dataclass(frozen=True)
class Fate:
    """What becomes of one delivery: what is wrong with it, and how long it is held back."""

    mischief: str | None = None
    after: float = 0.0


class Policy:
    """It counts webhooks from the moment it was laid down, and survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lay_down(self, given: Doc) -> Doc:
        policy = {name: given[name] for name in KNOWN if name in given}
        counted = {"seen": 0, "lost": 0, "doubled": 0}
        self._store.note("policy", policy | counted)
        return self.shown()

    def lift(self) -> None:
        self._store.note("policy", {})

    def shown(self) -> Doc:
        return dict(self._store.noted("policy") or {})

    def fates(self, event: str) -> list[Fate]:
        """One for every time the webhook is to be sent; a lost one is only written down."""
        with self._store.change():
            policy = self.shown()
            if not policy or policy.get("event", event) != event:
                return [Fate()]
            policy["seen"] += 1
            fates = _fates(policy)
            policy["lost"] += fates[0].mischief == LOST
            policy["doubled"] += len(fates) - 1
            self._store.note("policy", policy)
        return fates


def _fates(policy: Doc) -> list[Fate]:
    chance = Random(f"{policy.get('seed', 1)}:{policy['seen']}")  # noqa: S311  repeatable on purpose
    if _turn(policy, "drop_every"):
        return [Fate(LOST)]
    first = _after(policy, chance)
    fates = [Fate(LATE if first else None, first)]
    if _turn(policy, "duplicate_every"):
        fates.append(Fate(DOUBLED, _after(policy, chance)))
    return fates


def _turn(policy: Doc, name: str) -> bool:
    every = policy.get(name)
    return bool(every and policy["seen"] % every == 0)


def _after(policy: Doc, chance: Random) -> float:
    spread: Any = policy.get("spread_s", SPREAD_S) if policy.get("shuffle") else 0.0
    return float(policy.get("delay_s", 0.0)) + chance.random() * float(spread)
