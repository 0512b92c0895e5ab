"""One method per file: arrays in, numbers out; pure. ``nahraum.evidence.indicators.run`` strings them together."""
