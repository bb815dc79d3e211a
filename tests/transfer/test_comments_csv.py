"""Comments as a table that no spreadsheet runs."""

import csv
import io

import pytest

from commentsvc.domain.commands import Identity
from commentsvc.store import models
from commentsvc.transfer import comments_csv
from commentsvc.transfer.comments_csv import COLUMNS, write_csv
from tests.support.world import HELD, World


def table(world: World) -> list[dict[str, str]]:
    with world.db.reading() as session:
        text = b"".join(write_csv(session, world.site.id)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(row.keys() == set(COLUMNS) for row in rows)
    return rows


def test_each_comment_is_a_line_in_reading_order(world: World, monkeypatch):
    monkeypatch.setattr(comments_csv, "_HELD_TOGETHER", 2)
    root = world.submit('Two\nlines, "quoted".')
    reply = world.submit("An answer.", author="bob", parent=root.comment_id)
    held = world.submit(HELD, author="eve")
    rows = table(world)
    assert [row["id"] for row in rows] == [root.comment_id, reply.comment_id, held.comment_id]
    assert [row["parent"] for row in rows] == ["", root.comment_id, ""]
    assert [row["state"] for row in rows] == ["published", "published", "held"]
    assert (rows[0]["body"], rows[0]["article"], rows[0]["name"], rows[0]["created_at"]) == (
        'Two\nlines, "quoted".',
        "tram",
        "Ann",
        "2026-03-01T12:00:00Z",
    )


@pytest.mark.parametrize("body", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "|x", "%x"])
def test_what_looks_like_a_formula_is_none(world: World, body):
    world.submit(body, identity=Identity("guest:1", f"{body.strip()} Name", is_guest=True))
    (row,) = table(world)
    assert (row["body"], row["name"]) == (f"'{body}", f"'{body.strip()} Name")
    assert world.row(models.Revision).body == body
