"""Letters of other scripts that look like Latin ones. Written by hand: only what an English reader would misread."""

from typing import Final

_ROWS: Final = (
    # Cyrillic
    ("аӑӓ", "a"), ("вьъ", "b"), ("сҫ", "c"), ("ԁ", "d"), ("еёҽ", "e"), ("ғ", "f"), ("ԍ", "g"), ("һнҺ", "h"), ("іїӏ", "i"), ("ј", "j"), ("кқҝ", "k"),
    ("ӏ", "l"), ("м", "m"), ("пн", "n"), ("оӧө", "o"), ("р", "p"), ("ԛ", "q"), ("гґ", "r"), ("ѕ", "s"), ("тҭ", "t"), ("цџ", "u"), ("ѵ", "v"),
    ("шщѡԝ", "w"), ("хҳ", "x"), ("уўүұ", "y"), ("ӡ", "z"), ("АӒ", "A"), ("ВЬ", "B"), ("СҪ", "C"), ("ЕЁ", "E"), ("ҒҐ", "F"), ("НҢ", "H"), ("ІЇӀ", "I"),
    ("Ј", "J"), ("КҚ", "K"), ("М", "M"), ("О", "O"), ("Р", "P"), ("Ѕ", "S"), ("Т", "T"), ("Ѵ", "V"), ("Ԝ", "W"), ("Х", "X"), ("УҮ", "Y"), ("Ԛ", "Q"),
    # Greek
    ("αά", "a"), ("β", "b"), ("ςϲ", "c"), ("δ", "d"), ("εέ", "e"), ("ιίϊ", "i"), ("ϳ", "j"), ("κ", "k"), ("ηή", "n"), ("οόσ", "o"), ("ρ", "p"),
    ("τ", "t"), ("υύμ", "u"), ("ν", "v"), ("ωώ", "w"), ("χ", "x"), ("γ", "y"), ("ζ", "z"), ("Α", "A"), ("Β", "B"), ("Ε", "E"), ("Η", "H"), ("Ι", "I"),
    ("Κ", "K"), ("Μ", "M"), ("Ν", "N"), ("Ο", "O"), ("Ρ", "P"), ("Τ", "T"), ("Υ", "Y"), ("Χ", "X"), ("Ζ", "Z"),
    # Armenian, Hebrew, Cherokee and others
    ("ա", "w"), ("ց", "g"), ("հ", "h"), ("ո", "n"), ("օ", "o"), ("ս", "u"), ("ք", "p"), ("զ", "q"), ("ᏼ", "b"), ("ᎳᏔ", "W"), ("Ꭰ", "D"), ("Ꭱ", "R"), ("Ꭲ", "T"),
    ("Ꭺ", "A"), ("Ꭻ", "J"), ("Ꭼ", "E"), ("Ꮃ", "W"), ("Ꮇ", "M"), ("Ꮋ", "H"), ("Ꮐ", "G"), ("Ꮒ", "h"), ("Ꮓ", "Z"), ("Ꮪ", "S"), ("Ꮮ", "L"), ("Ꮯ", "C"), ("Ꮲ", "P"), ("Ꮶ", "K"),
)  # fmt: skip

_LATIN_ROWS: Final = (
    # Small capitals, strokes, IPA
    ("ɑɐᴀ", "a"), ("ʙƀɓ", "b"), ("ᴄȼ", "c"), ("ᴅɗđ", "d"), ("ᴇɛəǝ", "e"), ("ꜰƒ", "f"), ("ɡɢǥ", "g"), ("ʜħɦ", "h"), ("ɪıɩɨ", "i"), ("ᴊʝɉ", "j"),
    ("ᴋƙ", "k"), ("ʟłɭƚ", "l"), ("ᴍɱ", "m"), ("ɴŋɲ", "n"), ("ᴏøɵ", "o"), ("ᴘƥ", "p"), ("ʠ", "q"), ("ʀɾɍ", "r"), ("ꜱʂƨ", "s"), ("ᴛŧƭ", "t"),
    ("ᴜʉʊ", "u"), ("ᴠʋ", "v"), ("ᴡɯ", "w"), ("ʏɏƴ", "y"), ("ᴢƶʐ", "z"), ("Ł", "L"), ("Ø", "O"), ("Đ", "D"), ("Ħ", "H"),
)  # fmt: skip

LATIN_FORMS: Final[dict[str, str]] = {
    **{other: latin for others, latin in _LATIN_ROWS for other in others},
    # Negative and boxed capitals, and the letters that flags are made of, have no compatibility form.
    **{chr(0x1F150 + n): chr(97 + n) for n in range(26)},
    **{chr(0x1F170 + n): chr(97 + n) for n in range(26)},
    **{chr(0x1F1E6 + n): chr(97 + n) for n in range(26)},
}
"""Latin letters in disguise: one character to one ASCII letter."""

LOOK_ALIKES: Final[dict[str, str]] = {**{other: latin for others, latin in _ROWS for other in others}, **LATIN_FORMS}
"""These and the letters of other scripts."""
