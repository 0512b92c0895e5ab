"""The category system of a study: its tree, its versions, and every way to change it."""
