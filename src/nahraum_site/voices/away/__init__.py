"""A day in the field: coders take texts along on a device, sealed, code without network, and send later (ADR 0016)."""
