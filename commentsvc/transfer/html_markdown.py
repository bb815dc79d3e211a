"""HTML of other systems to the Markdown that this service keeps. What Markdown has no sign for becomes its text; scripts go."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import urlsplit

DEEPEST: Final = 30
"""Elements nested deeper than this are taken for their text."""
MOST_CONTAINERS: Final = 5
MOST_MARKS: Final = 5
"""Lists, quotations and marks nested deeper are taken for their text, too: the renderer leaves out what is nested too deep."""
LONGEST: Final = 500_000
LONGEST_TAG: Final = 4_000
# Each stops before the next "<" at the latest, and gives nothing back: no text makes either go over the same ground again and again.
_TAG: Final = re.compile(r"<!--|<(/?)([a-zA-Z][\w:-]*+)([^<>]*+)>|<[!?][^<>]*+>")
_ATTRIBUTE: Final = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"']++))""")
_DROPPED: Final = frozenset({"script", "style", "template", "head", "title", "noscript", "svg", "math", "iframe", "object"})
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
_BLOCKS: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
_MARKS: Final = {"b": "**", "strong": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~"}
_SIGNS: Final = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)")
_AT_BEGINNING: Final = re.compile(r"^(\s*)(?:([>+-])|(\d{1,9})([.)])(?=\s|$))")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"`]+")
_AFTER_ADDRESS: Final = ".,;:!?'*_~\\"
"""What ends a sentence rather than the address before it."""
_WHITE: Final = re.compile(r"[ \t\r\n\f]+")
_LISTED: Final = re.compile(r"- |\d+\. ")
_BREAKS: Final = re.compile(r" *\n *")
_BLANK: Final = re.compile(r"\n{2,}")
_TICKS: Final = re.compile("`+")


def html_to_markdown(html: str, *, keeps_lines: bool = False, address: Callable[[str], str] = str) -> str:
    """The Markdown of a piece of HTML. `keeps_lines` says that line breaks in it mean something, as they do for WordPress.

    `address` gives the address that a link is to have.
    """
    return _Writer(keeps_lines=keeps_lines, address=address).write(_parse(html[:LONGEST]))


def escape_markdown(text: str) -> str:
    """A text as Markdown that shows it as it is. Addresses in it stay links."""
    pieces, done = [], 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(_AFTER_ADDRESS if "(" in found.group() else _AFTER_ADDRESS + ")")
        pieces += [_SIGNS.sub(r"\\\g<0>", text[done : found.start()]), f"<{address}>"]
        done = found.start() + len(address)
    return "".join([*pieces, _SIGNS.sub(r"\\\g<0>", text[done:])])


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    children: "list[_Element | str]" = field(default_factory=list)


def _parse(html: str) -> _Element:
    """The tree of any text at all, in time that grows as its length does: the parser of the standard library needs its square."""
    root = _Element("", {})
    opened, done = [root], 0
    while found := _TAG.search(html, done):
        _add_text(opened[-1], html[done : found.start()])
        done = found.end()
        closes, tag, attributes = found.groups()
        if found.group() == "<!--":
            end = html.find("-->", done)
            if end < 0:
                return root
            done = end + len("-->")
        elif closes:
            _close(opened, tag.lower())
        elif tag:
            _open(opened, tag.lower(), attributes)
    _add_text(opened[-1], html[done:])
    return root


def _add_text(element: _Element, text: str) -> None:
    if text:
        element.children.append(unescape(text))


def _open(opened: list[_Element], tag: str, attributes: str) -> None:
    if tag in {"p", "li"} and opened[-1].tag == tag:
        opened.pop()
    if len(opened) > DEEPEST:
        return
    told = {name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(attributes[:LONGEST_TAG])}
    element = _Element(tag, told)
    opened[-1].children.append(element)
    if tag not in _VOID and not attributes.endswith("/"):
        opened.append(element)


def _close(opened: list[_Element], tag: str) -> None:
    for place in range(len(opened) - 1, 0, -1):
        if opened[place].tag == tag:
            del opened[place:]
            return


class _Writer:
    def __init__(self, *, keeps_lines: bool, address: Callable[[str], str]) -> None:
        self._keeps_lines = keeps_lines
        self._address = address
        self._containers = self._marks = 0

    def write(self, root: _Element) -> str:
        return "\n\n".join(self._blocks(root)).strip()

    def _blocks(self, element: _Element) -> Iterator[str]:
        run: list[_Element | str] = []
        for child in element.children:
            if isinstance(child, _Element) and (child.tag in _BLOCKS or _holds_blocks(child)):
                yield from self._paragraphs(run)
                run.clear()
                yield from self._block(child)
            else:
                run.append(child)
        yield from self._paragraphs(run)

    def _block(self, element: _Element) -> Iterator[str]:
        if element.tag in _DROPPED:
            return
        if element.tag == "pre":
            code = _text_of(element).strip("\n")
            fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(code)), default=0))
            yield f"{fence}\n{code}\n{fence}"
        elif element.tag in {"blockquote", "ul", "ol"} and self._containers < MOST_CONTAINERS:
            self._containers += 1
            yield from self._list(element) if element.tag != "blockquote" else self._quotation(element)
            self._containers -= 1
        else:
            yield from self._blocks(element)

    def _quotation(self, element: _Element) -> Iterator[str]:
        inner = "\n\n".join(self._blocks(element))
        if inner:
            yield "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def _list(self, element: _Element) -> Iterator[str]:
        items: list[str] = []
        for child in element.children:
            if not isinstance(child, _Element):
                continue
            # A list right below its item's words: with a line between them all items would become paragraphs.
            inner = "".join(f"\n{part}" if _LISTED.match(part) else f"\n\n{part}" for part in self._blocks(child)).strip("\n")
            mark = f"{len(items) + 1}. " if element.tag == "ol" else "- "
            if inner:
                items.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
        if items:
            yield "\n".join(items)

    def _paragraphs(self, run: "list[_Element | str]") -> Iterator[str]:
        text = _BREAKS.sub("\n", "".join(self._inline(child) for child in run)).strip()
        for paragraph in _BLANK.split(text):
            if paragraph:
                yield "\n".join(_AT_BEGINNING.sub(_escape_beginning, line) for line in paragraph.split("\n"))

    def _inline(self, child: "_Element | str") -> str:
        if isinstance(child, str):
            lines = child.replace("\r\n", "\n").split("\n") if self._keeps_lines else [child]
            return "\n".join(_WHITE.sub(" ", escape_markdown(line)) for line in lines)
        if child.tag in _DROPPED:
            return ""
        if child.tag == "br":
            return "\n"
        if child.tag == "img":
            return self._link(child.attributes.get("src", ""), escape_markdown(child.attributes.get("alt", "")))
        return self._marked(child)

    def _marked(self, element: _Element) -> str:
        if element.tag in {"code", "tt", "kbd", "samp"}:
            return _code(_text_of(element))
        self._marks += 1
        inner = "".join(self._inline(one) for one in element.children)
        self._marks -= 1
        if element.tag == "a":
            return self._link(element.attributes.get("href", ""), inner, _text_of(element))
        mark = _MARKS.get(element.tag)
        bare = inner.strip()
        if mark is None or not bare or "\n\n" in bare or self._marks >= MOST_MARKS:
            return inner
        begin = inner.index(bare)
        return f"{inner[:begin]}{mark}{bare}{mark}{inner[begin + len(bare) :]}"

    def _link(self, href: str, inner: str, plain: str = "") -> str:
        href = self._address(href.strip())
        if not _is_address(href):
            return inner
        words = inner.strip().replace("\n", " ")
        if not words or plain.strip() == href:
            return f"<{href}>"
        # A link in a link is none: what stood as one inside becomes its text.
        words = re.sub(r"<(https?://[^>]*)>", lambda found: _SIGNS.sub(r"\\\g<0>", found.group(1)), words)
        return f"[{words}](<{href}>)"


def _holds_blocks(element: _Element) -> bool:
    return any(isinstance(child, _Element) and (child.tag in _BLOCKS or _holds_blocks(child)) for child in element.children)


def _text_of(element: _Element) -> str:
    pieces = []
    for child in element.children:
        if isinstance(child, str):
            pieces.append(child)
        elif child.tag == "br":
            pieces.append("\n")
        elif child.tag not in _DROPPED:
            pieces.append(_text_of(child))
    return "".join(pieces)


def _code(text: str) -> str:
    words = _WHITE.sub(" ", text).strip()
    if not words:
        return ""
    ticks = "`" * (1 + max(map(len, _TICKS.findall(words)), default=0))
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{space}{words}{space}{ticks}"


def _escape_beginning(found: re.Match[str]) -> str:
    space, sign, number, dot = found.groups()
    return f"{space}\\{sign}" if sign else f"{space}{number}\\{dot}"


def _is_address(href: str) -> bool:
    try:
        return urlsplit(href).scheme in {"http", "https", "mailto"} and not re.search(r"[<>\s\\]", href)
    except ValueError:
        return False
