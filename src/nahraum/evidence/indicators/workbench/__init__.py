"""The index workbench: try a recipe over values that are already read, compare two, see what is counted twice."""
