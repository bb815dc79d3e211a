"""Which groups of people a text names. Word lists of our own, in the words people use of themselves; slurs are left out.

A list finds mentions and not meanings: "Turkey" the bird is not found, "a black man" is, "the white man's burden" is too. What matters
is that a scorer treats the texts with a mention like those without.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

_PEOPLE: Final = (
    r"(?:people|persons?|folks?|m[ae]n|wom[ae]n|guys?|girls?|boys?|ladies|lady|kids?|child(?:ren)?|famil(?:y|ies)|"
    r"communit(?:y|ies)|voters?|students?|males?|females?|americans?|lives|neighbou?rs?|citizens?|couples?|brothers?|sisters?|"
    r"fathers?|mothers?)"
)

_IS: Final = r"(?:am|are|is|was|were|being|i'm|he's|she's|you're|they're|we're)"

_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "women": (
            "wom[ae]n", "womens", "girls?", "females?", "lad(?:y|ies)", "mothers?", "wi(?:fe|ves)", "daughters?", "sisters?",
            "feminists?",
        ),
        "men": ("m[ae]n", "mens", "boys?", "males?", "gentlem[ae]n", "fathers?", "husbands?", "sons?", "brothers?"),
        "transgender": (
            "transgender(?:ed)?s?", "transsexuals?", f"trans[ -]{_PEOPLE}", f"{_IS} trans",
            "non[ -]?binary", "genderqueer", "intersex",
        ),
        "gay or lesbian": ("gays?", "lesbians?", "homosexual(?:s|ity)?", "lgbtq?", "same[ -]sex", "queers?"),
        "bisexual": ("bisexual(?:s|ity)?",),
        "heterosexual": ("heterosexual(?:s|ity)?", f"straight {_PEOPLE}"),
        "Muslim": ("muslims?", "moslems?", "islam", "islamic", "sunnis?", "shi'?(?:a|ites?)", "mosques?", "hijabs?", "koran", "quran"),
        "Jewish": ("jew(?:s|ish)?", "judaism", "synagogues?", "rabbis?", "hasidic", "torah"),
        "Christian": (
            "christian(?:s|ity)?", "catholic(?:s|ism)?", "protestants?", "evangelicals?", "baptists?", "mormons?", "methodists?",
            "lutherans?",
        ),
        "Hindu, Sikh or Buddhist": ("hindu(?:s|ism)?", "sikh(?:s|ism)?", "buddhis(?:ts?|m)"),
        "atheist": ("atheis(?:ts?|m)", "agnostics?"),
        "Black": (
            f"black {_PEOPLE}", f"{_IS} black", "blacks", "african[ -]americans?", "afro[ -]\\w+", "africans?",
            f"black and white {_PEOPLE}",
        ),
        "white": (f"white {_PEOPLE}", f"{_IS} white", "whites", "caucasians?", f"black and white {_PEOPLE}"),
        "Asian": ("asians?", "chinese", "japanese", "koreans?", "vietnamese", "filipin[oa]s?", "thai(?:s)?", "asian[ -]americans?"),
        "South Asian": ("indians?", "pakistanis?", "bangladeshis?", "bengalis?", "sri lankans?", "tamils?"),
        "Latino": ("latin[oax]s?", "hispanics?", "mexicans?", "puerto ricans?", "cubans?", "chican[oa]s?"),
        "Arab or Middle Eastern": (
            "arab(?:s|ic)?", "palestinians?", "syrians?", "iraqis?", "iranians?", "turks?", "turkish", "kurd(?:s|ish)?", "lebanese",
            "afghans?",
        ),
        "Indigenous": ("native americans?", "indigenous", "first nations?", "aboriginals?", "inuits?", "american indians?", "m[aā]oris?"),
        "Roma": ("roma people", "romani(?:es)?", "roma (?:child(?:ren)?|famil(?:y|ies)|wom[ae]n|m[ae]n)", "sinti"),
        "immigrant or refugee": ("immigrants?", "migrants?", "refugees?", "asylum[ -]seekers?", "foreigners?", "immigration"),
        "disability": (
            "disab(?:led|ility|ilities)", "handicapped", "wheelchairs?", f"(?:deaf|blind) {_PEOPLE}", "deaf", "autis(?:m|tic)",
            "down'?s? syndrome", "epilep(?:sy|tic)", "paralysed", "paralyzed",
        ),
        "mental illness": (
            "mental(?:ly)? ill(?:ness|nesses)?", "schizophreni[ac]s?", "bipolar", "depress(?:ion|ed)", "psychiatric", "mental health",
            "anorexi[ac]",
        ),
        "older": (
            "elderly", f"old(?:er)? {_PEOPLE}", "senior citizens?", "seniors", "pensioners?", "grandmothers?", "grandfathers?",
            "grand(?:mas?|pas?)", "retirees?", "boomers?",
        ),
        "younger": ("teenagers?", "teens?", f"young(?:er)? {_PEOPLE}", "millennials?", "adolescents?", "children", "kids?"),
    },
)  # fmt: skip

IDENTITY_GROUPS: Final = tuple(_WORDS)
"""The groups, in the order in which they are shown."""

_PATTERNS: Final = {
    group: re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?:['\u2019]s)?(?![\w-]|['\u2019]\w)", re.IGNORECASE)
    for group, words in _WORDS.items()
}


def groups_in(text: str) -> frozenset[str]:
    """The groups that a text names."""
    straight = text.replace("\u2019", "'")
    return frozenset(group for group, pattern in _PATTERNS.items() if pattern.search(straight))


def mentions_in(texts: Sequence[str]) -> dict[str, npt.NDArray[np.bool_]]:
    """For each group which of the texts name it."""
    found = [groups_in(text) for text in texts]
    return {group: np.fromiter((group in one for one in found), dtype=bool, count=len(found)) for group in IDENTITY_GROUPS}
