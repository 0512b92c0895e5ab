"""What people said, as texts: read from files, pseudonymised, frozen, sealed - and deleted so that nothing is left."""
