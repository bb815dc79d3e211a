"""The read side: what pages and services look at, as frozen values. Nothing here writes."""
