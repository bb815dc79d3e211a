"""The committed OpenAPI document; `python -m tests.web.api.openapi_file` writes it anew."""

import tempfile
from pathlib import Path

import orjson

PATH = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"


def written(document: bytes) -> bytes:
    """The document as it is committed: indented, members in order, one line feed at the end."""
    return orjson.dumps(orjson.loads(document), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def main() -> None:
    from tests.support.databases import migrate
    from tests.support.world import World
    from tests.web.api.api_client import Api, build_api_app

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/document.db"
        migrate(url)
        world = World(url)
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_bytes(written(Api(build_api_app(world.runtime), world).document))
        world.close()


if __name__ == "__main__":
    main()
