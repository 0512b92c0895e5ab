"""The project folder: nahraum.toml and its files; runs the chain, same input - same bytes."""
