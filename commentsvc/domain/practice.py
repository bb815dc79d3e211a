"""How a site wants its moderators to work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Practice:
    """What an admin may switch on: a public log of decisions, a second moderator for bans, and one for a share of the sample.

    `second_share` in [0, 1] is the chance with which a sample that a moderator has decided goes to another one, too.
    """

    has_public_log: bool = False
    two_for_bans: bool = False
    second_share: float = 0.0
