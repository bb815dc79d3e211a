"""Measures speed and cost beside a floor of our own: `python -m tools.bench`, or `make bench`."""
