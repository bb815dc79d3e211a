"""The wheel carries everything that the service reads, and the service runs from it alone."""

import json
import signal
import socket
import subprocess
import urllib.request
import zipfile
from contextlib import suppress
from pathlib import Path

READY_WITHIN_S = 90
LOOKS = 10 * READY_WITHIN_S

WHERE_IT_IS = "import commentsvc; print(commentsvc.__file__)"
HEAD_REVISION = """
from alembic.script import ScriptDirectory
from commentsvc.store.migrate import alembic_config, migrations_folder
print(ScriptDirectory.from_config(alembic_config()).get_current_head(), migrations_folder())
"""


def tracked(root: Path, folder: str) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder]
    listing = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.decode()
    return [name for name in listing.split("\0") if name and (root / name).is_file()]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def read_when_ready(path: Path, process: subprocess.Popen[str]) -> dict:
    """What the demo writes once it is ready; a demo that ends or takes too long is an error that shows what it said."""
    for _ in range(LOOKS):
        if path.exists() and (text := path.read_text(encoding="utf-8")).endswith(("}", "}\n")):
            return json.loads(text)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
            break
    process.kill()
    said = process.communicate()[0]
    raise AssertionError(f"not ready after {READY_WITHIN_S} s, or ended before:\n{said}")


def post(demo: dict, text: str) -> str:
    """What became of a reader's comment."""
    request = urllib.request.Request(
        f"{demo['base']}/api/v1/sites/{demo['site']}/comments",
        json.dumps({"article": {"key": demo["article"]}, "body": text}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {demo['reader_jwt']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["status"]


def test_wheel_carries_every_file_of_the_product(wheel, root):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = set(tracked(root, "commentsvc"))
    wanted |= {name.replace("migrations/", "commentsvc/_migrations/", 1) for name in tracked(root, "migrations")}
    wanted |= {name.replace("config/", "commentsvc/_config/", 1) for name in tracked(root, "config")}
    assert wanted - inside == set()
    assert {name for name in inside - wanted if ".dist-info/" not in name} == set()


def test_installed_package_finds_its_own_migrations(installation):
    package = Path(installation.run("python", "-c", WHERE_IT_IS).stdout.strip()).parent
    assert package.is_relative_to(installation.bin.parent)
    revision, folder = installation.run("python", "-c", HEAD_REVISION).stdout.split()
    assert (Path(folder) / "HEAD").read_text(encoding="utf-8").strip() == revision
    assert Path(folder) == package / "_migrations"


def test_demo_runs_from_the_wheel_alone(installation):
    ready = installation.place / "ready.json"
    command = [installation.bin / "commentsvc", "demo", "--port", str(free_port()), "--json", ready]
    with subprocess.Popen(
        command, cwd=installation.place, env=installation.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            demo = read_when_ready(ready, process)
            with urllib.request.urlopen(f"{demo['base']}/health/ready", timeout=30) as answer:
                assert answer.status == 200
            with urllib.request.urlopen(f"{demo['base']}/demo/{demo['site']}/{demo['article']}", timeout=30) as answer:
                assert b"Add a comment" in answer.read()
            assert post(demo, "Thank you for this article about the bridge.") == "published"
            assert post(demo, "Shut up, you stupid pathetic idiot, I will kill you.") == "held"
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=60)[0]
        assert process.returncode == 0, said
