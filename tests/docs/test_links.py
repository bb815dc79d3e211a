"""Every relative link, anchor and picture leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINK = re.compile(
    r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)|<(?:img|source)\b[^>]*\bsrc=\"([^\"]+)\"|<a\b[^>]*\bhref=\"([^\"]+)\"",
    re.MULTILINE,
)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The ids that headings get where Markdown is shown: small letters, no punctuation, hyphens for spaces."""
    found: set[str] = set()
    for heading in HEADING.findall(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
        anchor = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        count = 0
        numbered = anchor
        while numbered in found:
            count += 1
            numbered = f"{anchor}-{count}"
        found.add(numbered)
    return found


def broken(document, root: Path) -> list[str]:
    lost = []
    for groups in LINK.findall(document.prose):
        target = next(group for group in groups if group)
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        path = unquote(parts.path)
        place = (root / path.lstrip("/") if path.startswith("/") else document.path.parent / path) if path else document.path
        missing = not place.resolve().is_relative_to(root) or not place.exists()
        if missing or (parts.fragment and place.suffix == ".md" and parts.fragment not in anchors(place.read_text(encoding="utf-8"))):
            lost.append(f"{document.path.relative_to(root)}: {target}")
    return lost


def test_every_link_leads_somewhere(documents, root):
    assert [link for document in documents for link in broken(document, root)] == []


def test_a_link_to_nothing_is_found(documents, root):
    document = documents[0]
    lost = type(document)(
        root / "LOST.md", '[a](nowhere.md) ![b](nowhere.png) [c](#nothing) <img src="no.png"> [d](LICENSE) `[e](code.md)`'
    )
    (root / "README.md").stat()
    assert [line.partition(": ")[2] for line in broken(lost, root) if "#" not in line] == ["nowhere.md", "nowhere.png", "no.png"]
