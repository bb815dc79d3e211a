"""Every command of docs/api.md, sent in its order to the service: what the guide shows is true."""

import re
import shlex
from pathlib import Path
from string import Template

from commentsvc.services.sites import NewSite
from tests.support.world import POLICY, REJECTED
from tests.web.api.api_client import CHIEF, SECRET

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shown_requests() -> list[str]:
    """Each command as one text; a line that ends in a backslash, and a quote that is open, go on."""
    commands: list[str] = []
    for block in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        commands += ["curl" + part for part in re.split(r"(?:^|\n)curl", block.replace("\\\n", " ")) if part.strip()]
    return commands


def read_curl(command: str) -> tuple[str, str, dict[str, str], str | None]:
    """Method, address, headers and body of a command line of curl."""
    method, address, headers, body = "GET", "", {}, None
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word
    return method, address, headers, body


def test_every_command_of_the_guide_is_answered(api, world):
    world.make_site(NewSite("my-site", "My Site", jwt_secret=SECRET), POLICY)
    world.runtime.scorer.warm()
    known = {"BASE": "", "READER": api.jwt("ben", site="my-site"), "LEAVER": api.jwt("lea", site="my-site"), "TOKEN": api.caller(CHIEF)}
    threat = {"article": {"key": "trams"}, "body": REJECTED}
    known["REJECTED"] = api.post("sites/my-site/comments", threat, token=known["READER"]).json["id"]
    commands = shown_requests()
    assert len(commands) > 20
    for command in commands:
        method, address, headers, body = read_curl(Template(command).substitute(known))
        answer = api.send(method, address, headers=headers, **({"data": body} if body is not None else {}))
        assert answer.status_code < 300, (command, answer.get_data(as_text=True))
        told = answer.json if answer.is_json and answer.data else {}
        if "edit_token" in told:
            known |= {"COMMENT": told["id"], "EDIT_TOKEN": told["edit_token"]}
        if address.endswith("/claims"):
            (item,) = told["items"]
            known |= {"ITEM": item["id"], "REVISION": item["revision"], "AUTHOR": item["author"]["id"]}
        assert not any("problem" in line for line in told.get("items", [])), told
