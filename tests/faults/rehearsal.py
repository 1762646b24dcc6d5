"""Every kill point in turn on one running shop, until all has come to rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from shop.db import session
from shop.models import LabelIntent, Message
from shop.values import IntentState, MessageState
from tests import make
from tests.faults import follow_ups, kills
from tests.faults.books import resting
from tests.faults.stage import Stage
from tests.faults.traps import CREW, PATIENCE_S, trouble
from tests.until import until
from tests.visit import visit

CERTAIN = {
    "K1": kills.k1_after_the_click_before_the_ring,
    "K2": kills.k2_taken_from_the_queue_before_the_claim,
    "K7": kills.k7_recorded_and_nothing_rung_for,
    "K11": kills.k11_while_a_label_is_adopted,
    "Redis emptied": kills.redis_emptied_while_nobody_works,
}
"""Those after which the label is there within a moment."""

FOLLOW_UPS = {
    "K10": follow_ups.k10_while_the_mail_server_has_the_letter,
    "K9": follow_ups.k9_after_the_message_was_decided_before_it_is_sent,
    "K8": follow_ups.k8_while_the_file_is_written,
}

DOUBTFUL = {
    "K3": kills.k3_after_the_claim_before_the_first_byte,
    "stopped before sending": kills.stopped_before_the_first_byte,
    "stopped in flight": kills.stopped_with_the_answer_on_its_way,
    "K4": kills.k4_sent_and_not_yet_executed,
    "K5": kills.k5_executed_and_the_answer_on_its_way,
    "K6": kills.k6_answered_and_half_recorded,
    "answered late": kills.answered_at_twice_the_deadline,
}
"""Those after which nobody can know, for as long as Shippo's list shows nothing."""

ORPHAN = "orphan"
NEVER_SENT = ("K3", "stopped before sending")
POINTS = (*CERTAIN, *FOLLOW_UPS, *DOUBTFUL, ORPHAN)


@dataclass
class Struck:
    """Which wishes were struck at which point, and what the desk said of them."""

    at: dict[str, list[int]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(len(wishes) for wishes in self.at.values())

    def add(self, point: str, wishes: list[int]) -> list[int]:
        self.at.setdefault(point, []).extend(wishes)
        return wishes


def played(
    stage: Stage, rounds: int = 1, lag_s: float = 0, seconds: float = float("inf")
) -> Struck:
    """Every point five times a round; no new round is begun after so many seconds.

    Shippo's list lags while purchases are in doubt, and no webhook comes. Once all of them are
    before a person the list catches up; in the last round after `lag_s` at the earliest.
    """
    struck, begun = Struck(), time.monotonic()
    stage.crew.start(*CREW, "clock", "upkeep", "messages", "webhooks", "web")
    stage.crew.ready()
    stage.world.policy(drop_every=1)
    for round_ in range(1, rounds + 1):
        _certain(stage, struck)
        _follow_ups(stage, struck)
        over = time.monotonic() - begun > seconds
        _doubtful(stage, struck, lag_s if over or round_ == rounds else 0)
        if over:
            break
    return struck


def _certain(stage: Stage, struck: Struck) -> None:
    for point, kill in CERTAIN.items():
        wishes = struck.add(point, kill(stage))
        _bought(stage, wishes)


def _follow_ups(stage: Stage, struck: Struck) -> None:
    unsent = Message.state.in_((MessageState.QUEUED, MessageState.SENDING))
    until(lambda: not stage.found(sa.select(Message.id).where(unsent)), PATIENCE_S)
    stage.crew.kill("upkeep")
    stage.crew.kill("messages")
    for point, kill in FOLLOW_UPS.items():
        wishes = stage.asked(5)
        _bought(stage, wishes)
        struck.add(point, kill(stage, wishes))
    stage.crew.start("messages")


def _doubtful(stage: Stage, struck: Struck, lag_s: float) -> None:
    with trouble(stage, "GET", "list_lag", seconds=120):
        begun = time.monotonic()
        _bought(stage, struck.add(ORPHAN, kills.k12_the_horse_is_orphaned(stage)))
        doubt = []
        for point, kill in DOUBTFUL.items():
            doubt += struck.add(point, kill(stage))
        struck.shown["unknown"] = until(lambda: _unknown(stage, doubt), PATIENCE_S)
        until(lambda: stage.all_are(IntentState.NEEDS_REVIEW, doubt), PATIENCE_S)
        struck.shown["in review"] = _desk(stage, doubt[0])
        time.sleep(max(0, lag_s - (time.monotonic() - begun)))
        stage.crew.go_on()
    until(lambda: resting(stage.world), PATIENCE_S)


def _bought(stage: Stage, wishes: Sequence[int]) -> None:
    until(lambda: stage.all_are(IntentState.PURCHASED, wishes), PATIENCE_S)


def _unknown(stage: Stage, wishes: Sequence[int]) -> str:
    """What the desk says of the first of these that is in doubt, before and after we looked."""
    unknown = LabelIntent.id.in_(wishes), LabelIntent.state == IntentState.UNKNOWN
    for wish in stage.found(sa.select(LabelIntent.id).where(*unknown)):
        page = _desk(stage, wish)
        if stage.all_are(IntentState.UNKNOWN, [wish]):
            return page
    return ""


def _desk(stage: Stage, wish: int) -> str:
    session.rollback()
    number = session.get_one(LabelIntent, wish).parcel.order.number
    client = make.signed_in(stage.app.test_client(), make.ada())
    return visit(client, f"/admin/orders/{number}").text
