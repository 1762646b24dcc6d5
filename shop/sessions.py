"""Sessions kept on the server: the cookie is a random name, ended here it is dead everywhere."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from flask.wrappers import Response as FlaskResponse
from sqlalchemy.orm import Session as OrmSession
from werkzeug.datastructures import CallbackDict

from shop.db import db, read_only, reading
from shop.models import WebSession

LASTS = timedelta(days=14)


class VisitorSession(CallbackDict[str, Any], SessionMixin):
    """What we remember of one visitor. `renew()` gives it a new name and kills the old one."""

    def __init__(self, key: str | None, data: dict[str, Any]) -> None:
        super().__init__(data, self._touched)
        self.key = key
        self.old_key: str | None = None
        self.new = key is None
        self.modified = False

    def renew(self) -> None:
        """Give it a new name: at sign-in and sign-out, so that a planted name is worth nothing."""
        self.old_key, self.key, self.modified = self.key, None, True

    @staticmethod
    def _touched(session: Any) -> None:
        session.modified = True
        session.accessed = True


class RowSessions(SessionInterface):
    """Sessions as rows, written in a transaction of their own and only when they changed."""

    def open_session(self, app: Flask, request: Request) -> VisitorSession:
        key = request.cookies.get(self.get_cookie_name(app))
        data = _read(key) if key else None
        return VisitorSession(key if data is not None else None, data or {})

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response | FlaskResponse
    ) -> None:
        if not isinstance(session, VisitorSession) or not session.modified:
            return
        if not session and session.key is None and session.old_key is None:
            return
        # The page is made: what its view has not committed was not meant, and SQLite has one pen.
        db.session.rollback()
        read_only(False)
        with OrmSession(db.engine) as own, own.begin():
            if session.old_key:
                own.execute(sa.delete(WebSession).filter_by(key_hash=_hash(session.old_key)))
            known, session.key = session.key, session.key or secrets.token_urlsafe(32)
            told = {"data": dict(session), "expires_at": datetime.now(UTC) + LASTS}
            if known is None:
                own.add(WebSession(key_hash=_hash(session.key), **told))
            else:
                # Signed out in another tab meanwhile, it stays ended: there is no row any more.
                own.execute(sa.update(WebSession).filter_by(key_hash=_hash(known)).values(**told))
        response.set_cookie(
            self.get_cookie_name(app),
            session.key,
            max_age=LASTS,
            secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
            path="/",
        )
        response.vary.add("Cookie")


def _read(key: str) -> dict[str, Any] | None:
    with reading(), OrmSession(db.engine) as own:
        row = own.get(WebSession, _hash(key))
        alive = row is not None and row.expires_at > datetime.now(UTC)
        return dict(row.data) if row is not None and alive else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
