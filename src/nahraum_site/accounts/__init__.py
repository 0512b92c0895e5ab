"""Who works here: people, their roles, organisations, links that work once, and who may do what."""
