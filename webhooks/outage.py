"""What machines hear while the database is away: come again soon, and nothing was kept."""

from __future__ import annotations

import logging

import psycopg
from flask import Blueprint
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from shop.db import session

log = logging.getLogger(__name__)

DRIVERS = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
AWAY = (OperationalError, InterfaceError, InternalError, NoConnection, *DRIVERS)
"""Not reached, gone meanwhile, starting, full, locked for too long, or not the one that writes."""

RETRY_AFTER_S = 10


def answered(door: Blueprint) -> None:
    """Have a door answer 503 where it would stumble over a database that is away."""
    for kind in AWAY:
        door.register_error_handler(kind, unavailable)


def unavailable(error: Exception) -> tuple[str, int, dict[str, str]]:
    """503, so that Shippo tells us again; what it tells us twice is one event."""
    session.rollback()
    log.error("a webhook could not be kept: %s", type(error).__name__)
    words = {"Retry-After": str(RETRY_AFTER_S), "Content-Type": "text/plain; charset=utf-8"}
    return "Service Unavailable\n", 503, words
