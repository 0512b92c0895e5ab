"""What visitors see of the editions: atlas, areas, method, files."""
