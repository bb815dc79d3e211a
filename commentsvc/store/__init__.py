"""Storage: mapped tables, the engine with its transactions, and the read side."""
