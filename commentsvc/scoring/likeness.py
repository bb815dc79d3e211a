"""How alike two texts are, told from one number each: a SimHash of what is left of them without blanks, digits and signs.

Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002: each bit is the sign of a sum over the text's
features, so that the share of differing bits is the angle between the sets of features divided by pi.
"""

from typing import Final

import numpy as np

SHORTEST: Final = 40
"""Letters that a text needs: shorter ones are alike by chance."""
LONGEST: Final = 2000
"""Letters that are looked at, from the beginning."""
_GRAM: Final = 5
_STEPS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], np.uint64)


def likeness(text: str) -> int | None:
    """A signed 64-bit number that is near those of texts that are nearly the same; None for a text of fewer than `SHORTEST` letters."""
    letters = "".join(filter(str.isalpha, text.casefold()))[:LONGEST]
    if len(letters) < SHORTEST:
        return None
    points = np.frombuffer(letters.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    count = len(points) - _GRAM + 1
    grams = np.zeros(count, np.uint64)
    for at, step in enumerate(_STEPS):
        grams += points[at : at + count] * step
    # Mixed, so that each bit of the result depends on every letter (the finaliser of MurmurHash3).
    grams ^= grams >> np.uint64(33)
    grams *= np.uint64(0xFF51AFD7ED558CCD)
    grams ^= grams >> np.uint64(33)
    grams = np.unique(grams)
    votes = np.unpackbits(grams.view(np.uint8).reshape(-1, 8), axis=1).sum(axis=0, dtype=np.uint16)
    packed = np.packbits(votes > len(grams) // 2)
    return int(packed.view(np.int64)[0])
