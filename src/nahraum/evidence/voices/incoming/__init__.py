"""A project of another program on its way into a study: what it brings, who is named in it, where everything goes."""
