"""What is installed is what the lock says, and the server runs without torch."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

# pip and setuptools come with the virtual environment itself.
NOT_LOCKED = {"commentsvc", "pip", "setuptools", "torch"}

MODULE_OF = {"pyjwt": "jwt", "argon2-cffi": "argon2", "markdown-it-py": "markdown_it"}
# markdown-it finds links with linkify-it. Flask brings Jinja; we set its bounds.
ASKED_FOR_BY_OTHERS = {"linkify-it-py", "jinja2"}

LOOK_FOR_TORCH = """
import sys

asked = []

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in {"torch", "transformers", "detoxify"}:
            asked.append(name)

sys.meta_path.insert(0, Watch())
import commentsvc.app
print(",".join(asked))
"""


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_versions(root: Path) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.\-]+)==([^\s;]+)", (root / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE):
        versions.setdefault(normalised(name), set()).add(version)
    return versions


def test_everything_installed_is_locked(root):
    locked = locked_versions(root)
    strange = {
        f"{name}=={distribution.version}"
        for distribution in importlib.metadata.distributions()
        if (name := normalised(distribution.name)) not in NOT_LOCKED and distribution.version not in locked.get(name, set())
    }
    assert strange == set()


def test_everything_locked_has_hashes(root):
    blocks = re.split(r"\n(?=[\w.\-]+==)", (root / "requirements.lock").read_text(encoding="utf-8"))[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_everything_asked_for_is_locked(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *(line for group in project["dependency-groups"].values() for line in group),
    ]
    names = {normalised(re.findall(r"^[\w.\-]+", line)[0]) for line in asked}
    assert names - locked_versions(root).keys() - {"commentsvc"} == {"torch"}


def test_every_dependency_is_used(root, python_files):
    """Each is imported under the name that it gives to Python, or is there for another that asks for it at run time."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for path in python_files
        if path.is_relative_to(root / "commentsvc")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""])
    }
    asked = {normalised(re.findall(r"^[\w.\-]+", line)[0]) for line in project["project"]["dependencies"]}
    unused = {name for name in asked if MODULE_OF.get(name, name.replace("-", "_")) not in imported}
    assert unused == ASKED_FOR_BY_OTHERS


def test_the_lock_leaves_torch_to_the_operator(root):
    assert [name for name in locked_versions(root) if name == "torch" or name.startswith(("nvidia-", "triton"))] == []


def test_the_server_does_not_ask_for_torch(root):
    found = subprocess.run([sys.executable, "-c", LOOK_FOR_TORCH], cwd=root, check=True, capture_output=True, text=True)
    assert found.stdout.strip() == ""
