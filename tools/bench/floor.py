"""The floor: the least that a comment service on this stack could do. A bare Flask application, SQLAlchemy Core, orjson.

One insert and commit for a post, one indexed look-up for a page; no rules, no scorer, no history. `FLOOR_DB` names its SQLite file.
"""

import os
import sqlite3
import time
from pathlib import Path

import orjson
from flask import Flask, Response, request
from sqlalchemy import Column, Engine, Float, Index, Integer, MetaData, String, Table, Text, create_engine, event, insert, select

METADATA = MetaData()
COMMENT = Table(
    "comment",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("thread", Integer, nullable=False),
    Column("author", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    Index("ix_comment_thread", "thread", "id"),
)
COLUMNS = ("id", "thread", "author", "text", "score", "created_at")


def open_floor(path: Path) -> Engine:
    """An engine on the floor's file."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=10000")

    return engine


def make_floor(path: Path) -> None:
    """An empty file for the floor."""
    engine = open_floor(path)
    METADATA.create_all(engine)
    engine.dispose()


def create_app() -> Flask:
    """The application, on the file that FLOOR_DB names."""
    app = Flask("floor")
    engine = open_floor(Path(os.environ["FLOOR_DB"]))

    @app.get("/ready")
    def ready() -> Response:
        return Response(b"{}", mimetype="application/json")

    @app.get("/threads/<int:thread>")
    def page(thread: int) -> Response:
        with engine.connect() as connection:
            query = select(COMMENT).where(COMMENT.c.thread == thread).order_by(COMMENT.c.id.desc()).limit(50)
            rows = connection.execute(query).all()
        return Response(orjson.dumps({"items": [dict(zip(COLUMNS, row, strict=True)) for row in rows]}), mimetype="application/json")

    @app.post("/threads/<int:thread>")
    def post(thread: int) -> Response:
        given = orjson.loads(request.get_data())
        row = {"thread": thread, "author": given["author"], "text": given["text"], "score": 0.0, "created_at": time.time()}
        with engine.begin() as connection:
            row["id"] = connection.execute(insert(COMMENT).returning(COMMENT.c.id), row).scalar_one()
        return Response(orjson.dumps(row), 201, mimetype="application/json")

    return app
