"""What every page shares: frame, language, small filters."""
