"""The points K1 to K7, K11 and K12 at which the purchase of a label may be killed, and worse.

Each function strikes five wishes at its point and returns their ids.
"""

from __future__ import annotations

import contextlib
import http.client
import threading
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa
from flask.testing import FlaskClient

from jobs.queue import doorbell
from shop.db import session
from shop.models import LabelIntent, Parcel
from shop.values import IntentState
from tests import make
from tests.faults.crew import MANNERS
from tests.faults.stage import DEADLINE_S, Stage
from tests.faults.traps import (
    BATCH,
    CREW,
    PATIENCE_S,
    before_the_first_byte,
    frozen_redis,
    in_doubt,
    in_flight,
    killed,
    one_by_one,
    stopped,
    strike,
    trouble,
    unrung,
)
from tests.until import until
from tests.visit import visit


def k1_after_the_click_before_the_ring(stage: Stage) -> list[int]:
    """Five clicks are committed, none can be rung for, and the whole web is killed."""
    parcels = stage.placed(BATCH)
    pat = make.signed_in(stage.app.test_client(), make.pat())
    token = _form_token(stage, pat, parcels[0])
    cookie = pat.get_cookie("quayside")
    assert cookie is not None
    headers = {"Cookie": f"quayside={cookie.value}", "Origin": stage.crew.url}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    session.rollback()

    def click(parcel_id: int) -> None:
        address = urlsplit(stage.crew.url)
        line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException):
            said = urlencode({"csrf_token": token})
            line.request("POST", f"/admin/shipments/{parcel_id}/buy", said, headers)
            line.getresponse().read()
        line.close()

    with frozen_redis(stage):
        clicks = [threading.Thread(target=click, args=(parcel,)) for parcel in parcels]
        for one in clicks:
            one.start()
        until(lambda: len(_wishes_of(stage, parcels)) == BATCH, 60, 0.01)
        stage.crew.kill("web")
        for one in clicks:
            one.join()
        assert stage.all_are(IntentState.READY, _wishes_of(stage, parcels))
    stage.crew.start("web")
    return _wishes_of(stage, parcels)


def k2_taken_from_the_queue_before_the_claim(stage: Stage) -> list[int]:
    wishes = unrung(stage)
    with stage.held(LabelIntent, wishes) as hold:
        stage.ring(wishes)
        strike(stage, lambda: hold.waiting("labels"), again=lambda: stage.ring(wishes))
        assert stage.all_are(IntentState.READY, wishes)
    return wishes


def k3_after_the_claim_before_the_first_byte(stage: Stage) -> list[int]:
    return one_by_one(stage, before_the_first_byte(stage), killed(stage, MANNERS[:2]))


def k4_sent_and_not_yet_executed(stage: Stage) -> list[int]:
    return one_by_one(stage, in_flight(stage, after=False), killed(stage, MANNERS[:2]))


def k5_executed_and_the_answer_on_its_way(stage: Stage) -> list[int]:
    return one_by_one(stage, in_flight(stage, after=True), killed(stage, MANNERS[:2]))


def k6_answered_and_half_recorded(stage: Stage) -> list[int]:
    wishes = unrung(stage)
    with stage.held(Parcel, stage.parcels(wishes)) as hold:
        stage.ring(wishes)
        strike(stage, lambda: hold.waiting("labels"), MANNERS[:2])
        assert stage.all_are(IntentState.SENDING, wishes)
    return wishes


def k7_recorded_and_nothing_rung_for(stage: Stage) -> list[int]:
    """Redis stands still while a resolver records five labels, and it is killed in its ring."""
    wishes, found = in_doubt(stage)
    with stage.held(Parcel, stage.parcels(wishes)) as hold:
        found()
        until(lambda: hold.waiting("labels"), PATIENCE_S)
        with frozen_redis(stage) as thaw:
            hold.release()
            until(lambda: IntentState.PURCHASED in stage.states(wishes), 60, 0.01)
            busy = stage.crew.busy("labels")
            for name in busy:
                stage.crew.kill(name)
            thaw()
            stage.crew.start(*busy)
    return wishes


def k11_while_a_label_is_adopted(stage: Stage) -> list[int]:
    wishes, found = in_doubt(stage)
    with stage.held(Parcel, stage.parcels(wishes)) as hold:
        found()
        strike(stage, lambda: hold.waiting("labels"), MANNERS[:2])
        assert IntentState.PURCHASED not in stage.states(wishes)
    return wishes


def k12_the_horse_is_orphaned(stage: Stage) -> list[int]:
    return one_by_one(stage, in_flight(stage, after=False), killed(stage, ("worker",)))


def stopped_before_the_first_byte(stage: Stage) -> list[int]:
    """Horses that stand still between claim and POST, until all the stopped go on."""
    return one_by_one(stage, before_the_first_byte(stage), stopped(stage))


def stopped_with_the_answer_on_its_way(stage: Stage) -> list[int]:
    return one_by_one(stage, in_flight(stage, after=True), stopped(stage))


def answered_at_twice_the_deadline(stage: Stage) -> list[int]:
    """Three whose connection stays open meanwhile, and two that are cut at once."""
    before = stage.posts()
    with trouble(stage, "POST", "latency", seconds=2 * DEADLINE_S):
        wishes = stage.asked(3)
        until(lambda: stage.posts() == before + 3, PATIENCE_S)
    with trouble(stage, "POST", "late_execution", seconds=2 * DEADLINE_S):
        wishes += stage.asked(2)
        until(lambda: stage.posts() == before + 5, PATIENCE_S)
    return wishes


def redis_emptied_while_nobody_works(stage: Stage) -> list[int]:
    for name in CREW:
        stage.crew.kill(name)
    wishes = stage.asked(BATCH)
    doorbell().flushall()
    stage.crew.start(*CREW)
    return wishes


def _wishes_of(stage: Stage, parcels: list[int]) -> list[int]:
    return stage.found(sa.select(LabelIntent.id).where(LabelIntent.parcel_id.in_(parcels)))


def _form_token(stage: Stage, client: FlaskClient, parcel_id: int) -> str:
    number = session.get_one(Parcel, parcel_id).order.number
    page = visit(client, f"/admin/orders/{number}")
    return str(page.all("input[name=csrf_token]")[0]["value"])
