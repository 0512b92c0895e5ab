"""Numbers about places: rates, index, status and dynamics, robustness, segregation."""
