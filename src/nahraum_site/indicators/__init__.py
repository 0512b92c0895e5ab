"""Editions of the monitoring as stored and shown: atlas, areas, method."""
