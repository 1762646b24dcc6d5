"""Send requests over connections that stay open: as many as can be, or so many a second."""

import socket
import threading
import time
from collections.abc import Callable, Sequence

LINES = 16
"""Connections, a thread each: as many as one of the shop's processes has threads."""


class Line:
    """One connection, with as little work on this side of it as can be."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)
        answer = self._socket.recv(4096)
        while b"\r\n\r\n" not in answer:
            more = self._socket.recv(4096)
            if not more:
                raise SystemExit("the server hung up")
            answer += more
        if not answer.startswith(b"HTTP/1.1 202 "):
            raise SystemExit(f"not taken in: {answer[:200]!r}")

    def close(self) -> None:
        self._socket.close()


def saturated(port: int, requests: Sequence[bytes], seconds: float) -> float:
    """Answers a second, when each is asked for as soon as the one before it has come."""
    waiting, lock, sent = iter(requests), threading.Lock(), [0] * LINES
    begun = time.perf_counter()

    def send(place: int, line: Line) -> None:
        while time.perf_counter() - begun < seconds:
            with lock:
                request = next(waiting, None)
            if request is None:
                return
            line.send(request)
            sent[place] += 1

    _together(port, send)
    return sum(sent) / (time.perf_counter() - begun)


def paced(port: int, requests: Sequence[bytes], rate: float) -> list[float]:
    """Milliseconds from when each was due, at so many a second, to its answer; shortest first.

    Who waits for a slow one is late, and that counts: nobody at Shippo waits for our last answer.
    """
    times: list[list[float]] = [[] for _ in range(LINES)]
    begun = time.perf_counter() + 0.05

    def send(place: int, line: Line) -> None:
        for number in range(place, len(requests), LINES):
            due = begun + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            line.send(requests[number])
            times[place].append((time.perf_counter() - due) * 1000)

    _together(port, send)
    return sorted(taken for line in times for taken in line)


def _together(port: int, send: Callable[[int, Line], None]) -> None:
    lines = [Line(port) for _ in range(LINES)]
    threads = [threading.Thread(target=send, args=each) for each in enumerate(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in lines:
        line.close()
