"""The files of the repository, as git sees them: committed, or about to be."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def repository_files(root: Path) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True
    ).stdout.decode()
    files = [root / name for name in listing.split("\0") if name and (root / name).is_file()]
    assert files
    return files


@pytest.fixture(scope="session")
def python_files(repository_files: list[Path]) -> list[Path]:
    return [path for path in repository_files if path.suffix == ".py"]
