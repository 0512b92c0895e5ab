"""What Nahraum promises about speed and size, measured beside its peers."""
