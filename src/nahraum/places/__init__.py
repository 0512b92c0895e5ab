"""Boundaries, neighbours and crosswalks between area systems."""
