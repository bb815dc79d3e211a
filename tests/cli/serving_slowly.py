"""Serves an application of our own for test_serving: `/slow` answers when a file has appeared. Arguments: port, folder, grace (s)."""

import sys
import threading
from pathlib import Path

from flask import Flask

from commentsvc.cli.serving import serve_here
from commentsvc.runtime import build_runtime
from commentsvc.settings import load_settings


def main(port: str, folder: Path, grace_s: str) -> None:
    environ = {
        "COMMENTSVC_SERVER_PORT": port,
        "COMMENTSVC_SERVER_GRACE_S": grace_s,
        "COMMENTSVC_DATABASE_URL": f"sqlite:///{folder / 'comments.db'}",
        "COMMENTSVC_SECRETS_KEY_FILE": str(folder / "secret.key"),
        "COMMENTSVC_SCORER_ENGINE": "fake",
        "COMMENTSVC_WORKER_EMBEDDED": "false",
    }
    app, pause = Flask("slow"), threading.Event()

    @app.get("/health/ready")
    def ready() -> str:
        return "ready"

    @app.get("/slow")
    def slow() -> str:
        (folder / "begun").touch()
        while not (folder / "go").exists():
            pause.wait(0.01)
        return "answered after all"

    serve_here(app, build_runtime(load_settings(environ)), (folder / "ready").touch)


main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
