"""A comment service that news sites run themselves."""

__version__ = "0.1.0"
