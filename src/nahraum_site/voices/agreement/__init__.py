"""How far coders agree, their codings side by side, and what the team agreed on."""
