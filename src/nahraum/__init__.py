"""Nahraum: integrated, inclusive social planning, from a number and a voice to a measure.

A *source* yields *evidence*; evidence supports *findings*; findings show gaps, which the *plan* answers with goals and
measures; a *report* tells it. Imports run the same way; this package knows no Django and no HTTP server.
"""

__version__ = "0.1.0"
