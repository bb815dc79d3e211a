"""Scorers: they turn texts into scores. They know no thresholds, no tables and no web."""
