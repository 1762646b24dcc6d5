"""What the merchant's policy makes of a price that has drifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.drift import Agreed, Policy, decide
from shop.rates import Offer
from shop.values import Money, Promise, Verdict

TUESDAY, WEDNESDAY, THURSDAY = date(2027, 3, 9), date(2027, 3, 10), date(2027, 3, 11)
AGREED = Agreed(service="ground", price=Money(8_00), by=WEDNESDAY, quick=THURSDAY)


def offer(service: str, cents: int, last: date = WEDNESDAY, currency: str = "USD") -> Offer:
    return Offer(
        rate_id=service * 2,
        carrier="usps",
        carrier_name="USPS",
        service=service,
        service_name=service.title(),
        price=Money(cents, currency),
        cost=Money(cents, currency),
        promise=Promise(first=last, last=last),
    )


USUAL = Policy()


def verdict(*offers: Offer, policy: Policy = USUAL, agreed: Agreed = AGREED):
    found = decide(policy, agreed, offers)
    return found.verdict, found.offer.service if found.offer else None


def test_the_same_service_at_the_price_agreed_or_less_is_taken():
    assert verdict(offer("air", 5_00), offer("ground", 8_00)) == (Verdict.SAME, "ground")
    assert verdict(offer("ground", 7_00, THURSDAY)) == (Verdict.SAME, "ground")


@pytest.mark.parametrize(
    ("cents", "policy", "absorbed"),
    [
        (8_40, Policy(), True),  # five percent of eight dollars
        (8_41, Policy(), False),
        (8_40, Policy(absorb=Money(39)), False),
        (8_40, Policy(percent=4), False),
        (9_00, Policy(percent=100), True),
        (9_01, Policy(percent=100), False),
        (8_01, Policy(absorb=Money(0)), False),
    ],
)
def test_a_little_more_is_absorbed_up_to_an_amount_and_a_percentage_both(cents, policy, absorbed):
    found = verdict(offer("ground", cents), policy=policy)
    assert found == ((Verdict.ABSORBED, "ground") if absorbed else (Verdict.ASKED, None))


def test_when_it_is_gone_or_too_dear_another_that_is_as_quick_and_no_dearer_is_taken():
    slow, quick, dear = offer("slow", 4_00, THURSDAY), offer("air", 7_90), offer("jet", 8_01)
    assert verdict(slow, quick, dear) == (Verdict.SWAPPED, "air")
    assert verdict(slow, offer("ground", 12_00), quick) == (Verdict.SWAPPED, "air")
    assert verdict(slow, dear) == (Verdict.ASKED, None)
    assert verdict(quick, policy=Policy(swap=False)) == (Verdict.ASKED, None)


def test_where_nobody_can_keep_the_day_any_more_the_usual_speed_counts():
    assert verdict(offer("slow", 4_00, THURSDAY)) == (Verdict.SWAPPED, "slow")
    assert verdict(offer("slow", 4_00, date(2027, 3, 12))) == (Verdict.ASKED, None)


def test_where_no_service_was_named_the_cheapest_that_keeps_the_day_is_it():
    unnamed = replace(AGREED, service=None)
    offers = offer("slow", 4_00, THURSDAY), offer("air", 8_30), offer("jet", 9_00, TUESDAY)
    assert verdict(*offers, agreed=unnamed) == (Verdict.ABSORBED, "air")
    assert verdict(*offers[2:], agreed=unnamed) == (Verdict.ASKED, None)


def test_another_currency_is_never_taken():
    assert verdict(offer("ground", 1, currency="CAD")) == (Verdict.ASKED, None)
    assert verdict(offer("air", 1, currency="CAD")) == (Verdict.ASKED, None)


OFFERS = st.lists(
    st.builds(
        offer,
        st.sampled_from(["ground", "air", "jet"]),
        st.integers(0, 20_00),
        st.sampled_from([TUESDAY, WEDNESDAY, THURSDAY]),
        st.sampled_from(["USD", "CAD"]),
    ),
    max_size=6,
)


@given(OFFERS, st.integers(0, 500), st.integers(0, 50), st.booleans())
def test_whatever_is_offered_no_machine_pays_more_than_the_policy_allows(
    offers, cents, percent, swap
):
    policy = Policy(absorb=Money(cents), percent=percent, swap=swap)
    found = decide(policy, AGREED, offers)
    assert (found.offer is None) is (found.verdict is Verdict.ASKED)
    if found.offer is not None:
        more = (found.offer.price - AGREED.price).minor
        assert more <= min(cents, percent * 8)
        if found.offer.service != "ground":
            assert swap
            assert more <= 0


def test_a_policy_is_kept_and_read_back_whole():
    policy = Policy(absorb=Money(2_50), percent=12, swap=False)
    assert Policy.from_json(policy.to_json()) == policy
