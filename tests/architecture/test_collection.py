"""Every test runs: none is hidden by its name, its place or a mark."""

import ast
import re
from pathlib import Path

import pytest

# tests/factories makes rows for other tests.
FOLDERS_WITHOUT_TESTS = {"factories"}
HIDING = {"skip", "skipif", "xfail", "importorskip"}


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found += [child for child in node.body if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)]
    return found


@pytest.fixture(scope="module")
def files_of_tests(python_files: list[Path], root: Path) -> list[Path]:
    return [path for path in python_files if path.is_relative_to(root / "tests")]


def test_every_file_of_tests_is_collected_or_serves_one_that_is(files_of_tests, root):
    texts = {path: path.read_text(encoding="utf-8") for path in files_of_tests}
    lost = []
    for path in files_of_tests:
        inside = path.relative_to(root / "tests")
        if path.name.startswith("test_") or path.name in {"conftest.py", "__init__.py"} or inside.parts[0] in FOLDERS_WITHOUT_TESTS:
            continue
        holds_tests = any(function.name.startswith("test") for function in functions(ast.parse(texts[path])))
        is_used = any(re.search(rf"\b{re.escape(path.stem)}\b", text) for other, text in texts.items() if other != path)
        if holds_tests or not is_used:
            lost.append(str(inside))
    assert lost == []


def has_tests(text: str) -> bool:
    """Tests of its own, or a class that inherits them: a contract's, a state machine's."""
    tree = ast.parse(text)
    inherits = any(
        (isinstance(node, ast.ClassDef) and node.name.startswith("Test") and node.bases)
        or (isinstance(node, ast.Assign) and ".TestCase" in ast.unparse(node))
        for node in tree.body
    )
    return inherits or any(function.name.startswith("test_") for function in functions(tree))


def test_every_collected_file_has_a_test(files_of_tests, root):
    empty = [
        str(path.relative_to(root))
        for path in files_of_tests
        if path.name.startswith("test_") and not has_tests(path.read_text(encoding="utf-8"))
    ]
    assert empty == []


def test_no_function_of_a_test_file_is_left_over(files_of_tests, root):
    """A function that nothing names is a test whose name lacks its `test_`."""
    left = []
    for path in files_of_tests:
        if not path.name.startswith("test_"):
            continue
        text = path.read_text(encoding="utf-8")
        for function in functions(ast.parse(text)):
            decorated = any("fixture" in ast.unparse(decorator) or "." in ast.unparse(decorator) for decorator in function.decorator_list)
            if not function.name.startswith("test_") and not decorated and len(re.findall(rf"\b{function.name}\b", text)) == 1:
                left.append(f"{path.relative_to(root)}: {function.name}")
    assert left == []


def test_no_test_is_skipped(files_of_tests, root):
    skipping = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in files_of_tests
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in HIDING and ast.unparse(node.value) in {"pytest", "pytest.mark", "unittest"}
    ]
    assert skipping == []
