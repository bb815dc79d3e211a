"""Streams of records written by hand, and what comes of taking them in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from commentsvc.transfer.history import HistoryImporter, HistoryPlan, HistoryReport
from commentsvc.transfer.records import Action, Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Problem, State
from commentsvc.transfer.spool import Spool
from tests.support.world import World

LONG_AGO = datetime(2019, 3, 4, 9, 30, tzinfo=UTC)


def article(key: str = "tram", **rest: Any) -> ImportedArticle:
    return ImportedArticle(key, key, **rest)


def author(key: str = "ann", **rest: Any) -> ImportedAuthor:
    return ImportedAuthor(key, rest.pop("name", key.title()), **rest)


def comment(key: str, parent: str | None = None, **rest: Any) -> ImportedComment:
    """A published comment by Ann on the tram, so many minutes after the first as its id's number says."""
    digits = "".join(filter(str.isdigit, key))
    given: dict[str, Any] = {"article_id": "tram", "author_id": "ann", "body": f"Comment {key}.", "state": State.PUBLISHED}
    given |= {"created_at": LONG_AGO + timedelta(minutes=int(digits or 0)), "parent_id": parent}
    return ImportedComment(f"line {key}", key, **(given | rest))


def take_in(world: World, records: Iterable[Any], **rest: Any) -> tuple[HistoryReport, list[Problem]]:
    plan = HistoryPlan(world.site, rest.pop("source", "elsewhere"), world.now, world.runtime.secret, **rest)
    with Spool(world.now) as spool:
        importer = HistoryImporter(plan, world.runtime.in_transaction, spool)
        importer.read(records)
        report = importer.store()
        return report, list(importer.problems())


def found(problems: Iterable[Problem]) -> set[tuple[str | None, Action, Flaw]]:
    return {(problem.id, problem.action, problem.flaw) for problem in problems}


def of(records: Iterable[Any], kind: type[Any]) -> list[Any]:
    """The records of one kind."""
    return [record for record in records if isinstance(record, kind)]
