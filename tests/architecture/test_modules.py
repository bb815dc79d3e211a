"""The size and the names of modules, and what no module does."""

import ast
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 400
# A function that fits only under such a name has a concept that has no name yet.
NAMES_FOR_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "misc", "shared", "base_service"}


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """Each call in a file, as it is written (`time.sleep`), with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_every_module_is_short(python_files, root):
    """All but migrations: those are history, and one revision has one purpose however many tables that takes."""
    long = {
        str(path.relative_to(root)): lines
        for path in python_files
        if not path.is_relative_to(root / "migrations" / "versions")
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) >= MOST_LINES
    }
    assert long == {}


def test_no_module_is_named_for_nothing(python_files, root):
    nameless = [str(path.relative_to(root)) for path in python_files if {path.stem, path.parent.name} & NAMES_FOR_NOTHING]
    assert nameless == []


def test_nothing_sleeps(python_files, root):
    """Waiting is for a condition: `Event.wait`, `Condition.wait_for`, a select, a process's end."""
    sleeping = [
        f"{path.relative_to(root)}:{line}"
        for path in python_files
        for call, line in calls(path)
        if call in {"time.sleep", "sleep", "asyncio.sleep", "gevent.sleep"}
    ]
    assert sleeping == []


def test_services_and_store_never_commit(python_files, root):
    """The edge owns the transaction. `store/engine.py` is where the edge gets it from."""
    committing = [
        f"{path.relative_to(root)}:{line}"
        for path in python_files
        if path.is_relative_to(root / "commentsvc" / "services") or path.is_relative_to(root / "commentsvc" / "store" / "queries")
        for call, line in calls(path)
        if call.split(".")[-1] in {"commit", "rollback"}
    ]
    assert committing == []


def test_only_settings_reads_the_environment(python_files, root):
    """A setting read elsewhere is one that `commentsvc config check` does not show. Setting a variable for a library is no reading."""
    reading = []
    for path in python_files:
        if not path.is_relative_to(root / "commentsvc") or path == root / "commentsvc" / "settings.py":
            continue
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        set_here = {id(node.value) for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)}
        reading += [
            f"{path.relative_to(root)}:{node.lineno}"
            for node in nodes
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"} and id(node) not in set_here
        ]
    assert reading == []
