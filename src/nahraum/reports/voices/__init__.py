"""What people said, told: matrices as files, chapters per space, city-wide and across spaces, slides."""
