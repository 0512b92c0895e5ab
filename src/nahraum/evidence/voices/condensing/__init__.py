"""Condensing material: Mayring's chain from segment to reduction, and summaries of cells after Kuckartz."""
