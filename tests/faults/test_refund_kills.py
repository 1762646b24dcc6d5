"""Killed on its way, a refund is asked for once and followed until the money is back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from jobs import refunds
from jobs.queue import later
from shop import voids
from shop.db import changed, now, session
from shop.models import Parcel, Refund
from shop.values import IntentState, RefundState
from tests import make
from tests.faults.stage import Stage, stage
from tests.faults.traps import trouble
from tests.until import until

SECONDS = 20
CREW = ("labels-1", "labels-2")


def test_killed_at_any_point_a_refund_is_filed_once(postgres: str, tmp_path: Path) -> None:
    """Before its claim, before its first byte, while Shippo has it, and before it is recorded."""
    knobs = {"review_after_s": 1.0, "sweep_interval_s": 0.5, "refund_schedule_s": (0.2, 0.4, 1.0)}
    with stage(postgres, tmp_path, **knobs) as held:
        held.crew.start(*CREW, "clock")
        held.world.policy(drop_every=1)
        wanted, unsent, in_flight, unrecorded = refunds_of(held, labelled(held, 4))
        killed_before_its_claim(held, wanted)
        killed_before_its_first_byte(held, unsent)
        killed_in_flight(held, in_flight)
        killed_before_it_is_recorded(held, unrecorded)
        assert posts(held) == 3
        leases_end(held, unsent, in_flight, unrecorded)
        until(lambda: granted(held) == {wanted, in_flight, unrecorded}, SECONDS)
        asked_again_by_a_person(held, unsent)
        until(lambda: len(granted(held)) == 4, SECONDS)
        assert posts(held) == 4
        assert filed(held) == sorted(held.found(sa.select(Refund.transaction_id)))
        assert {sold["status"] for sold in held.world.ledger()} == {"REFUNDED"}


def labelled(held: Stage, many: int) -> list[int]:
    """Parcels with labels, their ids."""
    wishes = held.asked(many)
    until(lambda: held.all_are(IntentState.PURCHASED, wishes), SECONDS)
    return held.parcels(wishes)


def refunds_of(held: Stage, parcels: list[int]) -> list[int]:
    """A void of each, wanted and rung for by nobody; the rounds leave it alone for a while."""
    pat, far = make.pat(), sa.text("now() + interval '1 hour'")
    found = [voids.void(session.get_one(Parcel, parcel), pat).id for parcel in parcels]
    changed(sa.update(Refund).values(due_at=far))
    session.commit()
    return found


def killed_before_its_claim(held: Stage, refund: int) -> None:
    with held.held(Refund, [refund]) as hold:
        ring(refund)
        (name,) = until(lambda: hold.waiting("labels"), SECONDS, 0.01)
        held.crew.strike(name, "worker and horse")
        assert state(held, refund) is RefundState.WANTED
    ring(refund)
    until(lambda: posts(held) == 1, SECONDS)


def killed_before_its_first_byte(held: Stage, refund: int) -> None:
    with held.out_of_reach():
        ring(refund)
        strike_once(held, refund, lambda: state(held, refund) is RefundState.SENDING)


def killed_in_flight(held: Stage, refund: int) -> None:
    before = posts(held)
    with trouble(held, "POST", "latency", "/refunds", seconds=3):
        ring(refund)
        strike_once(held, refund, lambda: posts(held) > before)


def killed_before_it_is_recorded(held: Stage, refund: int) -> None:
    parcels = held.found(sa.select(Refund.parcel_id).where(Refund.id == refund))
    with held.held(Parcel, parcels) as hold:
        ring(refund)
        (name,) = until(lambda: hold.waiting("labels"), SECONDS, 0.01)
        held.crew.strike(name, "worker and horse")
        assert state(held, refund) is RefundState.SENDING


def asked_again_by_a_person(held: Stage, refund: int) -> None:
    """Nobody can know that it was never sent: Shippo would refuse a second refund of one label."""
    assert state(held, refund) is RefundState.UNKNOWN

    def again() -> bool:
        session.rollback()
        asked = voids.again(session.get_one(Refund, refund, with_for_update=True), make.pat())
        session.commit()
        return asked

    until(again, SECONDS)
    ring(refund)


def strike_once(held: Stage, refund: int, come: Callable[[], bool]) -> None:
    until(come, SECONDS, 0.01)
    name = until(lambda: held.crew.holder(refund), SECONDS, 0.01)
    held.crew.strike(name, "worker and horse")
    assert state(held, refund) is RefundState.SENDING


def leases_end(held: Stage, *refunds: int) -> None:
    """The leases of the dead are ended by hand, and the rounds find them."""
    dead = Refund.id.in_(refunds), Refund.state == RefundState.SENDING
    moment = now()
    ended = changed(sa.update(Refund).where(*dead).values(deadline_at=moment, due_at=moment))
    session.commit()
    assert ended == len(refunds)
    changed(sa.update(Refund).where(Refund.state == RefundState.FILED).values(due_at=moment))
    session.commit()


def ring(refund: int) -> None:
    later(refunds.send, refund)
    session.commit()


def state(held: Stage, refund: int) -> RefundState:
    (found,) = held.found(sa.select(Refund.state).where(Refund.id == refund))
    return found


def granted(held: Stage) -> set[int]:
    return set(held.found(sa.select(Refund.id).where(Refund.state == RefundState.GRANTED)))


def posts(held: Stage) -> int:
    """How many POSTs for refunds have come to Shippo, by its own log."""
    return len(held.world.requests("POST", "/refunds"))


def filed(held: Stage) -> list[str]:
    """The labels of the refunds Shippo has, each as often as it has one."""
    session.rollback()
    own = held.app.extensions["gateways"].shippo.refunds()
    return sorted(told.transaction for page in own for told in page)
