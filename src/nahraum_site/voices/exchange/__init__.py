"""Whole projects in and out: REFI-QDA, Taguette, tables of codings."""
