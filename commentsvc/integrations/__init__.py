"""Adapters to things outside the process. They know ports, never tables."""
