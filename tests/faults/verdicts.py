"""What must be true after every kill point has been played."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from shop.models import LabelFile, Message
from shop.values import Channel, IntentState, MessageState
from tests.faults import books
from tests.faults.follow_ups import kept, letters
from tests.faults.rehearsal import NEVER_SENT, POINTS, Struck
from tests.faults.stage import Stage
from tests.faults.traps import PATIENCE_S
from tests.until import until


def one_label_a_parcel(held: Stage, struck: Struck) -> books.Books:
    """No parcel has two labels, every label is on its parcel, and none is forgotten."""
    counted = books.compared(held.world)
    assert counted.parcels == struck.count, counted
    assert counted.failures == 0, counted
    assert counted.reviews == counted.never_sold, counted
    return counted


def one_post_a_wish(held: Stage, struck: Struck) -> None:
    """By Shippo's own log: each that was sent came once.

    Asked again was only who had been proved to have sent nothing, which the books compare.
    """
    unsent = sum(len(struck.at[point]) for point in NEVER_SENT)
    perhaps = len(struck.at["stopped before sending"])  # once let go, some come to send
    least = struck.count - unsent
    assert least <= held.posts() <= least + perhaps, (held.posts(), least)
    assert held.posts() == len(held.world.ledger())


def what_was_sold_is_taken_in(held: Stage, struck: Struck) -> None:
    sold = Counter(books.wish_of(label) for label in held.world.ledger())
    for point in POINTS:
        tokens, states = held.tokens(struck.at[point]), set(held.states(struck.at[point]))
        if point not in NEVER_SENT:
            assert states == {IntentState.PURCHASED}, point
            assert {sold[token] for token in tokens} == {1}, point


def what_was_never_sent_is_a_question_to_a_person(held: Stage, struck: Struck) -> None:
    sold = {books.wish_of(label) for label in held.world.ledger()}
    assert set(held.states(struck.at["K3"])) == {IntentState.NEEDS_REVIEW}
    assert not sold & held.tokens(struck.at["K3"])


def the_desk_says_what_is_not_known(struck: Struck) -> None:
    """And when we look next."""
    for page in ("unknown", "in review"):
        assert "Next check" in struck.shown[page], page
    assert "Do not buy again" in struck.shown["in review"]


def a_file_killed_while_written_is_fetched_again(held: Stage, struck: Struck) -> None:
    mine = LabelFile.parcel_id.in_(held.parcels(struck.at["K8"]))
    whole = sa.select(LabelFile.id).where(mine, LabelFile.fetched_at.is_not(None))
    until(lambda: len(held.found(whole)) == len(struck.at["K8"]), PATIENCE_S)


def letters_go_once_or_under_one_id(held: Stage, struck: Struck) -> None:
    """Killed before it was sent a letter goes once, killed in the server's hands once more."""
    for point, copies in (("K9", 1), ("K10", 2)):
        mine = letters(held, struck.at[point])
        until(lambda mine=mine, n=copies: len(kept(held, mine)) == n * len(mine), PATIENCE_S)
        assert set(Counter(kept(held, mine)).values()) == {copies}, point
    doubted = held.found(sa.select(Message.reason).where(Message.id.in_(mine)))
    assert all("Possible duplicate" in reason for reason in doubted), doubted


def no_text_goes_twice(held: Stage) -> None:
    """Nor is one called sent that no phone got; what a killed worker held may be either."""

    def texts(*states: MessageState) -> int:
        mine = Message.channel == Channel.SMS, Message.state.in_(states)
        return len(held.found(sa.select(Message.id).where(*mine)))

    until(lambda: not texts(MessageState.QUEUED, MessageState.SENDING), PATIENCE_S)
    sent = texts(MessageState.SENT, MessageState.DELIVERED)
    received = Counter((text["to"], text["body"]) for text in held.world.sms())
    assert set(received.values()) <= {1}, received.most_common(3)
    assert sent <= len(received) <= sent + texts(MessageState.UNSURE)


def all_hold(held: Stage, struck: Struck) -> books.Books:
    """Each of them; raises AssertionError at the first that does not."""
    one_post_a_wish(held, struck)
    what_was_sold_is_taken_in(held, struck)
    what_was_never_sent_is_a_question_to_a_person(held, struck)
    the_desk_says_what_is_not_known(struck)
    a_file_killed_while_written_is_fetched_again(held, struck)
    letters_go_once_or_under_one_id(held, struck)
    no_text_goes_twice(held)
    return one_label_a_parcel(held, struck)
