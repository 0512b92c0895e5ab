"""What people say: studies, texts, categories, and how far those who code agree."""
