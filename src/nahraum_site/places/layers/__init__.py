"""What lies beneath and above the areas on every map: own layers, and the city's map services."""
