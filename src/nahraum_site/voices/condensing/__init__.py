"""Mayring's table, the summary grid and suggestions of codes on the site."""
