"""Texts in XML that every parser reads: escaped, and without the characters that no XML may hold."""

import re
from typing import Final
from xml.sax.saxutils import escape

_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """A text for the inside of an element."""
    return escape(_UNFIT.sub("", text))


def paragraph(html: str) -> str:
    """HTML as a section of characters, as systems expect it."""
    fit = _UNFIT.sub("", html).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{fit}]]>"
