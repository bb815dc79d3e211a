"""A browser without scripts: reads pages, fills in their forms as they stand, follows redirects."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

import commentsvc
from commentsvc.runtime import Runtime
from commentsvc.web.admin import register_admin
from commentsvc.web.console import register_console
from commentsvc.web.embed import register_embed
from commentsvc.web.mail import register_mail
from commentsvc.web.pages import register_pages
from commentsvc.web.plumbing import install_plumbing, pipes_for

PASSWORD = "a long enough password"


class _Compiled(BytecodeCache):
    """Templates compiled once for all of a session's applications."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def build_pages_app(runtime: Runtime, *, demo: bool = False) -> Flask:
    """The pages on the plumbing, without the API."""
    app = Flask("commentsvc.web", static_folder=None)
    install_plumbing(app, runtime, pipes_for(runtime), version=commentsvc.__version__)
    app.config["DEMO"] = demo
    for register in (register_pages, register_embed, register_mail, register_console, register_admin):
        register(app)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


@dataclass
class Form:
    """A form with the values it would send as it stands, and its buttons by what stands on them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Page:
    """An answer as a person meets it."""

    status: int
    address: str
    html: str
    text: str
    forms: list[Form]
    links: dict[str, str]
    headers: dict[str, str]

    def form(self, action: str, *, having: str | None = None) -> Form:
        """The first form whose action ends so, and which has the given button or field."""
        for form in self.forms:
            if form.action.partition("#")[0].endswith(action) and (having is None or having in form.fields or having in form.buttons):
                return form
        raise AssertionError(f"no form to {action} among {[form.action for form in self.forms]}")


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.text: list[str] = []
        self._open: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._button: tuple[str, str] | None = None
        self._link: str | None = None
        self._words: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "style"}:
            self._quiet += 1
        elif tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        elif tag == "a" and "href" in given:
            self._link, self._words = given["href"], []
        elif tag == "button":
            self._button, self._words = (given.get("name", ""), given.get("value", "")), []
        else:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        is_sent = given.get("type") not in {"checkbox", "radio"} or "checked" in given
        if self._open is not None and tag == "input" and given.get("name") and is_sent:
            self._open.fields[given["name"]] = given.get("value", "")
        elif self._open is not None and tag == "textarea":
            self._area = given["name"]
            self._open.fields[self._area] = ""
        elif tag == "select" and given.get("name"):
            self._select = given["name"]
        elif self._open is not None and tag == "option" and self._select and ("selected" in given or self._select not in self._open.fields):
            self._open.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._quiet -= 1
        elif tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "button" and self._button is not None:
            if self._open is not None:
                self._open.buttons[" ".join("".join(self._words).split())] = self._button
            self._button = None
        elif tag == "a" and self._link is not None:
            self.links.setdefault(" ".join("".join(self._words).split()), self._link)
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._quiet:
            return
        if self._area is not None and self._open is not None:
            self._open.fields[self._area] += data
        if self._button is not None or self._link is not None:
            self._words.append(data)
        self.text.append(data)


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask, *, address: str = "203.0.113.5") -> None:
        self.client: FlaskClient = app.test_client()
        self._address = address

    def get(self, path: str, **kwargs) -> Page:
        return self._open(path, method="GET", **kwargs)

    def post(self, path: str, data: dict[str, str], **kwargs) -> Page:
        return self._open(path, method="POST", data=data, **kwargs)

    def send(self, form: Form, button: str | None = None, **fields: str) -> Page:
        """Send a form by one of its buttons (the only one when it has one), with some fields filled in (`-` written as `_`)."""
        values = dict(form.fields)
        for name, value in fields.items():
            known = name if name in values or name.replace("_", "-") not in values else name.replace("_", "-")
            values[known] = value
        matching = [pressed for words, pressed in form.buttons.items() if button is None or words.startswith(button)]
        assert matching, f"no button {button} among {list(form.buttons)}"
        name, value = matching[0]
        if name:
            values[name] = value
        if form.method == "post":
            return self.post(form.action, values)
        return self.get(form.action, query_string=values)

    def cookie(self, name: str) -> str:
        """The value of a cookie that this browser has."""
        found = self.client.get_cookie(name)
        assert found is not None
        return found.value

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        return self.send(self.get("/signin").form("/signin"), email=email, password=password)

    def _open(self, path: str, *, follow: bool = True, **kwargs) -> Page:
        headers = {"Accept": "text/html", **kwargs.pop("headers", {})}
        answer = self.client.open(
            path.partition("#")[0], headers=headers, environ_overrides={"REMOTE_ADDR": self._address}, follow_redirects=False, **kwargs
        )
        if follow and answer.status_code in {301, 302, 303, 307, 308}:
            assert answer.status_code == 303, "a form ends with 303 See Other"
            return self.get(answer.headers["Location"])
        html = answer.get_data(as_text=True)
        reading = _Reading()
        reading.feed(html)
        text = " ".join(" ".join(reading.text).split())
        return Page(answer.status_code, path, html, text, reading.forms, reading.links, dict(answer.headers))
