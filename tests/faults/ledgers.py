"""What must be true of parcels after a storm of deliveries: as if all had been said in a row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from shop import letters, milestones, tracking
from shop.calendars import zone_of
from shop.db import changed, now, session
from shop.gateways.answers import snapshot
from shop.models import Message, Parcel, WebhookEvent
from shop.values import EventState, IntentState, MessageState, Snapshot
from tests import make
from tests.faults.deliveries import Answers
from tests.faults.restarts import Postgres
from tests.faults.sayings import Saying
from tests.faults.stage import Stage
from tests.until import until

HEARS = 5
"""One customer in so many wants letters and texts; the others are told nothing."""


def bought(many: int) -> list[Parcel]:
    """So many parcels, each with a label that was bought."""
    silent = make.bob(mail_updates=False, text_updates=False)
    return [_bought(place, None if place % HEARS == 0 else silent.id) for place in range(many)]


def _bought(place: int, account_id: int | None) -> Parcel:
    parcel = make.labelled(
        order=make.order(account_id=account_id), tracking_number=f"92055901649173{place:08}"
    )
    make.intent(
        parcel=parcel,
        state=IntentState.PURCHASED,
        transaction_id=parcel.transaction_id,
        due_at=None,
    )
    return parcel


def only_away(answers: Answers, postgres: Postgres) -> None:
    """Every answer was 202, or 503 while the database was away."""
    assert set(answers.statuses) <= {202, 503}, answers.statuses
    for begun, ended in answers.of(503):
        met = any(begun <= back and gone <= ended for gone, back in postgres.away)
        assert met, f"503 from {begun:.2f} to {ended:.2f}, away {postgres.away}"


def all_read(said: Sequence[Saying], answers: Answers) -> None:
    """Each thing said is one row, counted as often as it was taken, and applied."""
    session.rollback()
    states = Counter(session.scalars(sa.select(WebhookEvent.state)))
    assert states == {EventState.DONE: len(said)}, states
    seen = session.scalar(sa.select(sa.func.sum(WebhookEvent.seen))) or 0
    unsure = answers.statuses[503]  # kept, and the word of it lost with the database
    assert answers.statuses[202] <= seen <= answers.statuses[202] + unsure
    session.rollback()


def as_if_in_a_row(said: Sequence[Saying]) -> None:
    """Every parcel stands, and tells, as one process says that has read it all in a row."""
    session.rollback()
    heard: dict[int, list[Snapshot]] = defaultdict(list)
    for saying in said:
        heard[saying.parcel_id].append(snapshot(saying.data))
    for parcel in session.scalars(sa.select(Parcel)):
        told = tracking.tell(heard[parcel.id])
        assert parcel.standing is told.standing, parcel.id
        assert (parcel.cause, parcel.eta) == (told.cause, told.eta), parcel.id
        mine = (parcel.delivered_at, parcel.returned_at, parcel.status, parcel.substatus)
        now_ = told.now and (told.now.status, told.now.substatus)
        assert mine == (told.delivered_at, told.returned_at, *(now_ or (None, None))), parcel.id
        story = parcel.story
        timeline = (story.scans, story.earlier, story.aside, story.etas)
        assert timeline == (told.scans, told.earlier, told.aside, told.etas), parcel.id
        assert letters.reached(parcel) == milestones.reached(told, zone_of(parcel.order.to))
    session.rollback()


def nothing_twice(stage: Stage) -> int:
    """What was to be said was said once; a letter in doubt goes again as the same letter.

    The leases of whoever died sending, a minute long, are ended by hand. Returns how many letters
    and texts there were.
    """
    stage.crew.kill("messages")
    sending = Message.state == MessageState.SENDING
    changed(sa.update(Message).where(sending).values(due_at=now()))
    session.commit()
    stage.crew.start("messages")
    waiting = Message.state.in_([MessageState.QUEUED, MessageState.SENDING])
    until(lambda: not stage.found(sa.select(Message.id).where(waiting).limit(1)), 120, 0.2)
    texts = Counter((text["to"], text["body"]) for text in stage.world.sms())
    assert set(texts.values()) <= {1}, texts.most_common(3)
    raw = [mail["raw"] for mail in stage.world.mail()]
    doubted = Message.reason.contains("Possible duplicate")
    once = set(stage.found(sa.select(Message.token).where(sa.not_(doubted))))
    sent = Counter(text.partition("Message-ID: <")[2].partition("@")[0] for text in raw)
    twice = {token for token, copies in sent.items() if copies > 1}
    assert not twice & once, twice
    said = stage.found(sa.select(Message.id).where(Message.state == MessageState.SENT))
    assert len(sent) + len(texts) >= len(said) > 0
    return len(sent) + len(texts)
