"""Files become tidy tables and issues; the only place that reads the outside."""
