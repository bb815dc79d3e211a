"""Pure rules: no clock, no database, no framework. Everything here can be tested with values alone."""
