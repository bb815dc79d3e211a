"""Texts of our own for every store that is measured: comments of a length and tone as they are found under articles."""

import random

_OPENINGS = (
    "Having read the whole article twice,",
    "As somebody who lives two streets away,",
    "With all respect to the author,",
    "Thank you for this piece;",
    "What nobody mentions is that",
    "I was at the meeting last Tuesday and",
    "My grandmother used to say that",
    "Every spring it is the same story:",
    "To answer the comment above,",
    "Being a nurse on the night shift,",
    "Before we all get excited,",
    "I may be wrong here, but",
)
_MIDDLES = (
    "the bridge was promised in three elections and built in none",
    "the numbers in the second table do not add up to the total in the headline",
    "the council ought to publish the minutes before it asks us for money",
    "buses that come every forty minutes are no answer to anybody with a job",
    "the library is the one warm room in town that costs nothing",
    "the old market hall deserves better than a car park",
    "rents have doubled while the houses have stayed as damp as ever",
    "the school did what it could with the teachers it had",
    "the river has flooded here four times in ten years",
    "the bakery on the corner closed because of the roadworks",
    "cycling to work takes me less time than looking for a place to park",
    "the new trees will give shade when my grandchildren retire",
    "this paper wrote the opposite two years ago and should say so",
    "a referendum would cost less than the third report by consultants",
)
_ENDINGS = (
    "That is all I have to say.",
    "I should like to hear what the mayor thinks of it.",
    "Does anyone have a better idea?",
    "Somebody should be ashamed, and it is not the gardeners.",
    "We shall see in autumn.",
    "What a stupid way to spend our taxes.",
    "Please keep reporting on this.",
    "I will believe it when I see it.",
    "Read the report, it is on page nine.",
    "",
)


def make_texts(count: int, seed: int) -> list[str]:
    """Distinct texts, 60 to 900 characters; the same for the same seed."""
    chance = random.Random(seed)
    texts = []
    for number in range(count):
        sentences = [f"{chance.choice(_OPENINGS)} {chance.choice(_MIDDLES)}."]
        while chance.random() < 0.55 and len(sentences) < 8:  # noqa: PLR2004 - a comment ends somewhere
            sentences.append(f"{chance.choice(_MIDDLES).capitalize()}.")
        texts.append(f"{' '.join(sentences)} {chance.choice(_ENDINGS)} (No. {seed}-{number})".strip())
    return texts
