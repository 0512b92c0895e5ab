"""Area systems as stored."""
