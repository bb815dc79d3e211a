"""What the API takes (loaded into frozen values) and what it answers (allow-lists)."""
