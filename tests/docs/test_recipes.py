"""The code of the recipes, as far as it can be run here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from commentsvc.web.auth import SiteKeys, decode_reader_jwt

RECIPES = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"
SECRET = "a secret that the site shares with us, long enough"


@dataclass
class User:
    pk: int = 7
    is_staff: bool = True

    def get_full_name(self) -> str:
        return ""

    def get_username(self) -> str:
        return "ann"


def test_the_token_that_the_cms_makes_holds():
    (code,) = re.findall(r"```python\n(.*?)```", RECIPES.read_text("utf-8"), re.DOTALL)
    room: dict[str, object] = {}
    exec(code, room)
    token = room["reader_token"](User(), SECRET)  # type: ignore[operator]
    reader = decode_reader_jwt(token, keys=SiteKeys("gazette", (SECRET.encode(),)), now=datetime.now(UTC))
    assert (reader.subject, reader.name, reader.roles) == ("7", "ann", ("staff",))
