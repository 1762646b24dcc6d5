"""Five thousand forged or altered proofs, and Shippo's door opens to none of them."""

from __future__ import annotations

import ast
import inspect
import json
import random
import string
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from shop.db import session
from shop.models import WebhookEvent
from tests.webhooks.test_shippo import ADDRESS, SAID, post, signature
from tests.world import HMAC_SECRET
from webhooks import proof

SIGNATURES, TOKENS, AT_THE_DOOR = 3300, 1500, 300
URL_TOKEN = ADDRESS.rpartition("/")[2]
BODY = json.dumps(SAID).encode()
SIGNS = [*string.printable, "é", "\udc80", "\0", "²", "１", "\u00a0"]
CHEATS = [
    "",
    "t=",
    "v1=",
    "t",
    ",",
    "v1=v1=",
    "t=0,v1=",
    "T=1,V1=2",
    "v0=1",
    "null",
    "None",
    "true",
]

Forgery = tuple[str, bytes]
Trick = Callable[[random.Random, str, str], Forgery]


def altered(text: str, chance: random.Random) -> str:
    """The same with one sign, or some, put in, left out, changed, turned round or repeated."""
    place = chance.randrange(len(text))
    sign = chance.choice(SIGNS)
    other = [
        text[:place] + sign + text[place + 1 :],
        text[:place] + sign + text[place:],
        text[:place] + text[place + 1 :],
        text[:place],
        text[place:] + text[:place],
        text[:place] + text[place:].swapcase(),
        text + text,
        text[::-1],
        text + sign * chance.choice([1, 2, 70, 5000]),
    ]
    return chance.choice(other)


def other_body(chance: random.Random, at: str, v1: str) -> Forgery:
    place = chance.randrange(len(BODY))
    body = BODY[:place] + bytes([BODY[place] ^ 1 << chance.randrange(8)]) + BODY[place + 1 :]
    return f"t={at},v1={v1}", chance.choice([body, BODY[:place], BODY + b" ", b"", BODY * 2])


def other_time(chance: random.Random, at: str, v1: str) -> Forgery:
    moved = int(at) + chance.choice([-1, 1]) * chance.randint(1, 10 ** chance.randint(1, 9))
    told = [
        str(moved),
        altered(at, chance),
        f"0{at}",
        f"+{at}",
        f"{at}.0",
        f"{at}e0",
        f"0x{moved:x}",
    ]
    return f"t={chance.choice(told)},v1={v1}", BODY


def other_mark(chance: random.Random, at: str, v1: str) -> Forgery:
    made = "".join(chance.choices(string.hexdigits, k=64))
    return f"t={at},v1={chance.choice([altered(v1, chance), made, v1.upper(), v1[:32]])}", BODY


def other_secret(chance: random.Random, at: str, _v1: str) -> Forgery:
    wrong = [altered(HMAC_SECRET, chance), "", "None", chance.randbytes(9).hex(), URL_TOKEN]
    secret = chance.choice(wrong).encode(errors="replace").decode()
    return signature(BODY, secret=secret if secret != HMAC_SECRET else "", at=int(at)), BODY


def too_old_or_too_new(chance: random.Random, at: str, _v1: str) -> Forgery:
    off = proof.TOLERANCE_S + chance.randint(60, 10**8)
    return signature(BODY, at=int(at) + chance.choice([-off, off])), BODY


def said_twice(chance: random.Random, at: str, v1: str) -> Forgery:
    good, bad = [f"t={at}", f"v1={v1}"], f"v1={'0' * 64}"
    extra = chance.choice([f"t={at}", f"v1={v1}", bad, "t=1", "t", "v1", "v0=1", "", "=", "t =1"])
    parts = [*good, extra]
    chance.shuffle(parts)
    return chance.choice([",", ", "]).join(parts), BODY


def something_else(chance: random.Random, at: str, v1: str) -> Forgery:
    wild = "".join(chance.choices([str(sign) for sign in SIGNS], k=chance.randint(0, 90)))
    joined = chance.choice([";", " ", "&", ",,", "\n", ""])
    return chance.choice([wild, *CHEATS, v1, at, f"t={at}{joined}v1={v1}", f"v1={v1}"]), BODY


TRICKS: list[Trick] = [
    other_body,
    other_time,
    other_mark,
    other_secret,
    too_old_or_too_new,
    said_twice,
    something_else,
]


def forgeries(many: int, at: int) -> Iterator[Forgery]:
    """So many headers and bodies; the header is not the good one of the body in any of them."""
    chance = random.Random(many)
    good = signature(BODY, at=at)
    v1 = good.partition("v1=")[2]
    while many:
        header, body = chance.choice(TRICKS)(chance, str(at), v1)
        if bare(header) != good or body != BODY:
            many -= 1
            yield header, body


def bare(header: str) -> str:
    """Without the blanks around its parts, which mean nothing."""
    return ",".join(part.strip() for part in header.split(","))


def tokens(many: int) -> Iterator[str]:
    chance = random.Random(many)
    while many:
        made = "".join(chance.choices(string.ascii_letters + "-", k=len(URL_TOKEN)))
        token = chance.choice([altered(URL_TOKEN, chance), made, HMAC_SECRET, *CHEATS])
        if token != URL_TOKEN:
            many -= 1
            yield token


def test_no_forged_or_altered_signature_is_taken_for_shippos():
    now = int(time.time())
    assert proof.signed(signature(BODY, at=now), BODY, HMAC_SECRET, now)
    taken = [it for it in forgeries(SIGNATURES, now) if proof.signed(*it, HMAC_SECRET, now)]
    assert taken == []


def test_no_forged_or_altered_token_is_taken_for_ours():
    assert proof.ours(URL_TOKEN, URL_TOKEN)
    assert [token for token in tokens(TOKENS) if proof.ours(token, URL_TOKEN)] == []


def test_at_the_door_every_forgery_is_401_and_leaves_no_row(client):
    now, half = int(time.time()), AT_THE_DOOR // 2
    answers = []
    for header, body in forgeries(half, now):
        fit = "".join(c for c in header if c not in "\r\n" and ord(c) < 256)
        if bare(fit) != signature(body, at=now):
            answers.append(post(client, body, sign=fit).status_code)
    assert len(answers) > half * 0.9
    assert set(answers) == {401}
    for token in tokens(AT_THE_DOOR - half):
        address = f"/webhooks/shippo/{quote(token, safe='', errors='replace')}"
        assert post(client, BODY, address).status_code in {401, 404, 405}, token
    assert session.query(WebhookEvent).count() == 0
    assert post(client, BODY).status_code == 202


@pytest.mark.parametrize("secret", ["", "another"])
def test_who_signs_with_an_empty_secret_is_not_let_in_where_none_is_configured(secret):
    now = int(time.time())
    assert not proof.signed(signature(BODY, secret=secret, at=now), BODY, "", now)
    assert not proof.ours(secret, "")


def test_a_token_or_a_signature_is_never_compared_by_a_clock_that_tells():
    """`==` stops at the first sign that differs, and how soon it stops can be measured."""
    for check in (proof.ours, proof.signed):
        tree = ast.parse(inspect.getsource(check))
        calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "compare_digest" in calls
        plain = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            and any(isinstance(sign, ast.Eq | ast.NotEq | ast.In) for sign in node.ops)
            and {"mine", "given", "token", "expected"}
            & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        ]
        assert plain == []
