"""Coding of texts in the browser: codings, undo and redo, memos, and where codings stand after changes."""
