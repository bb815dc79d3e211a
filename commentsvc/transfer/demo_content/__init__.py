"""Articles and comments of the demo, as data; see README.md beside this file."""
