"""What a scorer can measure. The names are Detoxify's."""

from enum import StrEnum


class Label(StrEnum):
    """One thing a scorer measures. Declaration order is the order of display and of storage."""

    TOXICITY = "toxicity"
    SEVERE_TOXICITY = "severe_toxicity"
    OBSCENE = "obscene"
    THREAT = "threat"
    INSULT = "insult"
    IDENTITY_ATTACK = "identity_attack"
    SEXUAL_EXPLICIT = "sexual_explicit"


ALL_LABELS: tuple[Label, ...] = tuple(Label)

PLAIN_NAMES: dict[Label, str] = {
    Label.TOXICITY: "Toxicity",
    Label.SEVERE_TOXICITY: "Severe toxicity",
    Label.OBSCENE: "Obscene",
    Label.THREAT: "Threat",
    Label.INSULT: "Insult",
    Label.IDENTITY_ATTACK: "Identity attack",
    Label.SEXUAL_EXPLICIT: "Sexual",
}
"""The word shown to people beside a label's colour."""
