"""The documents that people read: README and its like, and everything under docs/."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^ *(```|~~~)[^\n]*\n(.*?)^ *\1", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True, slots=True)
class Document:
    """One Markdown file, with its prose and its code apart."""

    path: Path
    text: str

    @property
    def prose(self) -> str:
        return INLINE_CODE.sub("", FENCE.sub("", self.text))

    @property
    def code(self) -> list[str]:
        """Each line of a fenced block, lines that end in a backslash joined, and each piece of inline code."""
        blocks = [match[2].replace("\\\n", " ") for match in FENCE.finditer(self.text)]
        return [line.strip() for block in blocks for line in block.splitlines()] + INLINE_CODE.findall(FENCE.sub("", self.text))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def documents(root: Path) -> list[Document]:
    paths = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    assert root / "README.md" in paths
    return [Document(path, path.read_text(encoding="utf-8")) for path in paths]
