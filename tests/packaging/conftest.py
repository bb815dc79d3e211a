"""The wheel, built from this checkout and installed where nothing else is."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"
LOCK = ROOT / "requirements.lock"


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment with the wheel in it, and a folder to run it from that is far from the checkout."""

    bin: Path
    place: Path
    environ: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / words[0], *words[1:]], cwd=self.place, env=self.environ, check=True, capture_output=True, text=True, timeout=120
        )


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--build-constraint", LOCK, "--out-dir", out], cwd=ROOT, check=True, timeout=240)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installation")
    place = folder / "place"
    place.mkdir()
    python = folder / "env" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "env"], check=True, timeout=60)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, "--constraint", LOCK, wheel], check=True, timeout=240)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "COV_", "PYTEST"))}
    return Installation(python.parent, place, environ)
