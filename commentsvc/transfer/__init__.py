"""What comes in from outside in bulk: other systems' comments, and the demo's."""
