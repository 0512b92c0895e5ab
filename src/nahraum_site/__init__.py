"""The site: stores, asks and shows, and computes nothing; the core's names again, one package per slice."""
