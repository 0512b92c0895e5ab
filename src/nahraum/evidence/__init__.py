"""Kinds of evidence. They do not know each other; what combines them is ``findings``."""
