"""A tokenizer with only the word pieces that are worth their memory."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LAST_LATIN: Final = "\u024f"


@dataclass(frozen=True, slots=True)
class PrunedVocabulary:
    """`tokenizer_json` is complete; row `i` of its embedding matrix is row `old_ids[i]` of the full one."""

    tokenizer_json: str
    old_ids: tuple[int, ...]


def prune_vocabulary(tokenizer_file: Path, texts: Iterable[tuple[str, int]], size: int) -> PrunedVocabulary:
    """The `size` pieces used most in `texts` (each with its weight), and all single Latin characters.

    A word whose pieces are gone falls apart into shorter pieces, down to letters, so nothing becomes unknown.
    """
    full = json.loads(tokenizer_file.read_text("utf-8"))
    old: dict[str, int] = full["model"]["vocab"]
    tokenizer = Tokenizer.from_str(json.dumps({**full, "truncation": None, "padding": None}))
    counts: Counter[int] = Counter()
    for text, weight in texts:
        for piece in tokenizer.encode(text, add_special_tokens=False).ids:
            counts[piece] += weight
    kept = {old[piece] for piece in SPECIAL} | {at for piece, at in old.items() if _is_single(piece)}
    for piece_id, _ in counts.most_common():
        if len(kept) >= size:
            break
        kept.add(piece_id)
    # Pieces that no text used fill the rest: the full vocabulary is ordered by frequency in English.
    for piece_id in sorted(old.values()):
        if len(kept) >= size:
            break
        kept.add(piece_id)
    names = {at: piece for piece, at in old.items()}
    old_ids = tuple([old[piece] for piece in SPECIAL] + sorted(kept - {old[piece] for piece in SPECIAL}))
    new = {names[at]: place for place, at in enumerate(old_ids)}
    return PrunedVocabulary(_renumbered(full, new), old_ids)


def _renumbered(full: dict[str, Any], new: dict[str, int]) -> str:
    """The tokenizer's file with another vocabulary, and the special tokens' ids in all places that repeat them."""
    full["model"]["vocab"] = new
    full["truncation"] = None
    full["padding"] = None
    for token in full["added_tokens"]:
        token["id"] = new[token["content"]]
    for token in full["post_processor"].get("special_tokens", {}).values():
        token["ids"] = [new[content] for content in token["tokens"]]
    for side in ("sep", "cls"):
        if side in full["post_processor"]:
            full["post_processor"][side] = [full["post_processor"][side][0], new[full["post_processor"][side][0]]]
    return json.dumps(full, ensure_ascii=False, separators=(",", ":"))


def _is_single(piece: str) -> bool:
    letter = piece.removeprefix("##")
    return len(letter) == 1 and letter <= _LAST_LATIN
