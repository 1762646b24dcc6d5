"""That no label is bought twice: a storm of kills and bad answers, every kill point, and lies.

And that whatever is heard of a parcel, in whatever order, is one story, and what is not heard is
asked for.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobs import polls
from jobs.queue import waiting
from ops import services
from tests.faults import books, ledgers, naive, verdicts
from tests.faults import silence as silent
from tests.faults.deliveries import Downpour, poured
from tests.faults.rehearsal import POINTS, played
from tests.faults.restarts import own_postgres
from tests.faults.sayings import rain
from tests.faults.stage import Stage, stage
from tests.faults.storm import Storm, blown
from tests.faults.teams import Naive, Ours
from tests.until import until

LAG_S = 120
LAST_ANSWER_S = 2
NAIVE_SHARE = 10
"""The other policy has to show its doubles with so many times less of everything."""

Part = Callable[[str, argparse.Namespace], str]


@contextmanager
def staged(server: str, **knobs: Any) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "shop.log"
        try:
            with stage(server, Path(folder), **knobs) as held:
                yield held
        except AssertionError:
            print(log.read_text()[-10_000:], file=sys.stderr)
            raise


def ours(server: str, told: argparse.Namespace) -> str:
    """A storm, and our shop in it."""
    storm = Storm(purchases=told.purchases, kills=told.kills, patience_s=told.seconds / 2)
    with staged(server) as held:
        begun = time.monotonic()
        killed = blown(Ours(held), held.world, storm)
        counted = books.compared(held.world)
        lasted = time.monotonic() - begun
    if counted.parcels != storm.purchases or killed < storm.kills:
        raise AssertionError(f"{counted.parcels} parcels, {killed} kills")
    return f"{killed} kills, {storm.bad:.0%} bad answers, {lasted:.0f} s: {counted}; 0 doubles"


def theirs(server: str, told: argparse.Namespace) -> str:
    """The same storm, a tenth of it, and a policy of lease and another try."""
    storm = Storm(
        purchases=max(20, told.purchases // NAIVE_SHARE),
        kills=max(10, told.kills // NAIVE_SHARE),
        patience_s=told.seconds / 4,
    )
    with staged(server) as held:
        team = Naive(held)
        try:
            blown(team, held.world, storm)
        finally:
            team.stop()
        twice = books.doubles(held.world.ledger(), naive.parcel_of)
    if not twice:
        raise AssertionError("the storm is too weak: even a lease and another try bought once")
    surplus = sum(twice.values()) - len(twice)
    return f"{storm.purchases} parcels, {storm.kills} kills: {surplus} labels too many"


def points(server: str, told: argparse.Namespace) -> str:
    """Every kill point, five purchases a round; in the last round the list lags two minutes."""
    with staged(server) as held:
        begun = time.monotonic()
        struck = played(held, told.rounds, LAG_S, told.seconds / 2)
        counted = verdicts.all_hold(held, struck)
        lasted = time.monotonic() - begun
    each = struck.count // len(POINTS)
    said = f"{each} purchases at each of {len(POINTS)} points, {lasted:.0f} s: {counted}"
    short = each < 5 * told.rounds
    return said + (f"; out of time after {each // 5} rounds" if short else "") + "; 0 second POSTs"


def lies(_server: str, told: argparse.Namespace) -> str:
    """Sold labels told of in words nobody foresaw."""
    done = tested("tests/shop/gateways/test_mutations.py", MUTATIONS=str(told.lies))
    return f"sixty by hand, queued and sold at once, and {told.lies} by Hypothesis: {done}"


def fold(_server: str, told: argparse.Namespace) -> str:
    """One parcel's news in every order, twice, in batches, misdated and in words nobody knows."""
    done = tested("tests/shop/test_fold.py", WORLDS=str(told.worlds))
    return f"{told.worlds} worlds for each property: {done}"


def silence(server: str, told: argparse.Namespace) -> str:
    """No webhook of any parcel comes, three times over: everything is found out by asking."""
    with staged(server, shippo_tracks_per_minute=told.questions) as held:
        crew = held.crew
        crew.start("clock", "upkeep-1", "upkeep-2")

        def move(hours: float) -> None:
            crew.kill("clock")
            until(lambda: not waiting(polls.poll))
            time.sleep(LAST_ANSWER_S)
            held.world.advance(hours)
            crew.start("clock")

        plan = silent.Plan(told.parcels, told.seconds / 4)
        kept = silent.kept(held.world, plan, lambda: time.sleep(0.5), move)
    if kept.busiest > told.questions:
        raise AssertionError(f"{kept.busiest} questions in one minute")
    return f"{kept}, of {told.questions} allowed"


def deliveries(_server: str, told: argparse.Namespace) -> str:
    """Webhooks of parcels by the hundred, shuffled and repeated, while everything is struck."""
    storm = Downpour(
        parcels=max(1, told.deliveries // 20),
        deliveries=told.deliveries,
        restarts=3,
        flushes=3,
        kill_every_s=5,
        patience_s=told.seconds,
    )
    with own_postgres() as postgres, staged(postgres.url) as held:
        said, bodies = rain(ledgers.bought(storm.parcels), storm.deliveries)
        done = poured(held, postgres, bodies, len(said), storm)
        ledgers.only_away(done.answers, postgres)
        ledgers.all_read(said, done.answers)
        ledgers.as_if_in_a_row(said)
        letters = ledgers.nothing_twice(held)
    if len(postgres.away) != storm.restarts or not done.kills:
        raise AssertionError(f"{len(postgres.away)} restarts, {done.kills} kills")
    half, most = done.answers.times
    return (
        f"{storm.deliveries} deliveries for {storm.parcels} parcels taken in {done.posted_s:.0f} s"
        f" and read in {done.lasted_s:.0f} s, {done.kills} kills; {done.answers.statuses[503]}"
        f" times 503, all while the database was away; 202 within {half * 1000:.0f} ms for half of"
        f" them and {most * 1000:.0f} ms for 99 %; {letters} letters and texts; every parcel as if"
        " told in a row, nothing unread, nothing twice"
    )


def tested(file: str, **environ: str) -> str:
    """Run one file of tests with more examples than the suite does; pytest's last line."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-n", "2", "--tb=short"]
    command += ["--show-capture=no", "--timeout=0", file]
    asked = {**os.environ, **environ}
    done = subprocess.run(command, env=asked, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stdout[-4000:])
    return done.stdout.strip().splitlines()[-1]


PARTS: dict[str, Part] = {
    "storm": ours,
    "naive": theirs,
    "points": points,
    "lies": lies,
    "fold": fold,
    "deliveries": deliveries,
    "silence": silence,
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--purchases", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=10, help="of five purchases a kill point")
    parser.add_argument("--lies", type=int, default=500)
    parser.add_argument("--worlds", type=int, default=20_000)
    parser.add_argument("--deliveries", type=int, default=10_000, help="20 a parcel")
    parser.add_argument("--parcels", type=int, default=500, help="of which nothing is heard")
    parser.add_argument("--questions", type=int, default=400, help="about them a minute")
    parser.add_argument("--seconds", type=float, default=1500, help="about so long at most")
    parser.add_argument("--only", choices=PARTS, action="append")
    told = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    broken = []
    with services.postgres() as server:
        for name in told.only or PARTS:
            try:
                print(f"{name}: {PARTS[name](server, told)}", flush=True)
            except AssertionError as problem:
                broken.append(name)
                print(f"{name}: NOT AS PROMISED: {problem}", flush=True)
    print(f"Not as promised: {', '.join(broken)}" if broken else "Promised and kept.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
