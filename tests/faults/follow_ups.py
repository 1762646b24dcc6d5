"""The points K8 to K10: what follows from a label, its file and its letters, is killed."""

from __future__ import annotations

import sqlalchemy as sa

from shop.db import changed, now, session
from shop.models import LabelFile, Message
from shop.values import Channel, MessageState
from tests.faults.stage import Stage
from tests.faults.traps import BATCH, PATIENCE_S, strike
from tests.until import until


def k8_while_the_file_is_written(stage: Stage, wishes: list[int]) -> list[int]:
    files = stage.found(
        sa.select(LabelFile.id).where(LabelFile.parcel_id.in_(stage.parcels(wishes)))
    )
    assert len(files) == len(wishes)
    with stage.held(LabelFile, files) as hold:
        stage.crew.start("upkeep")
        strike(stage, lambda: hold.waiting("upkeep"))
    return wishes


def k9_after_the_message_was_decided_before_it_is_sent(
    stage: Stage, wishes: list[int]
) -> list[int]:
    with stage.held(Message, letters(stage, wishes)) as hold:
        stage.crew.start("messages")
        strike(stage, lambda: hold.waiting("messages"))
        stage.crew.kill("messages")
    return wishes


def k10_while_the_mail_server_has_the_letter(stage: Stage, wishes: list[int]) -> list[int]:
    """The server keeps each letter and does not say so: its worker is killed waiting for it.

    The leases of the dead, a minute long, are ended by hand.
    """
    stage.world.misbehave("*", "stall", seconds=20)
    mine = letters(stage, wishes)
    stage.crew.start("messages")
    for number in range(1, BATCH + 1):
        until(lambda number=number: len(kept(stage, mine)) == number, PATIENCE_S, 0.02)
        stage.crew.strike("messages", "worker and horse")
    stage.crew.kill("messages")
    stage.world.behave()
    left = Message.id.in_(mine), Message.state == MessageState.SENDING
    ended = changed(sa.update(Message).where(*left).values(due_at=now()))
    session.commit()
    assert ended == BATCH
    return wishes


def letters(stage: Stage, wishes: list[int], channel: Channel = Channel.MAIL) -> list[int]:
    mine = Message.parcel_id.in_(stage.parcels(wishes)), Message.channel == channel
    return stage.found(sa.select(Message.id).where(*mine))


def kept(stage: Stage, messages: list[int]) -> list[str]:
    """The letters of these messages that reached the mail server: each by its Message-ID."""
    tokens = stage.found(sa.select(Message.token).where(Message.id.in_(messages)))
    raw = [mail["raw"] for mail in stage.world.mail()]
    return [token for token in tokens for text in raw if f"<{token}@" in text]
