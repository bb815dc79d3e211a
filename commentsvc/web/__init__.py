"""The street side: HTTP plumbing in modules of its own, and the faces (packages) that stand on it and never on each other."""
