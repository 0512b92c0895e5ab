"""The deliveries: what came, when and from whom, what revises what, and withdrawing."""
