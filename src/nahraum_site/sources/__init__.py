"""Deliveries on their way in: kept, recognised, described, previewed; and the calendar of who owes which table."""
