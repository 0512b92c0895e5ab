"""Studies on the site: what is asked where, who belongs to the team, who was heard."""
