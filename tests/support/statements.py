"""Statements compiled once for all of a session's databases of one kind: compiling them anew took each test longer than running them."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine


@dataclass
class Compiled:
    """By kind of database a dialect that has met one, and what was compiled for it."""

    by_kind: dict[str, tuple[Any, MutableMapping[Any, Any] | None]] = field(default_factory=dict)

    def lend(self, engine: Engine) -> None:
        """Give an engine that has not connected yet what an earlier one of its kind left here."""
        if engine.name in self.by_kind:
            dialect, compiled = self.by_kind[engine.name]
            engine.dialect = engine.pool._dialect = dialect
            engine._compiled_cache = compiled

    def keep(self, engine: Engine) -> None:
        """Keep for later ones what an engine that has connected knows."""
        self.by_kind.setdefault(engine.name, (engine.dialect, engine._compiled_cache))


COMPILED = Compiled()
