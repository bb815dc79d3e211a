"""Write use cases. The caller holds a transaction; nothing here commits, sleeps or speaks to the network."""
