"""Commands: the core's own and those that the site adds through entry points."""
