"""Help for coders: codes that may fit a segment, learned from the team's own codings, shown with their hit rate."""
