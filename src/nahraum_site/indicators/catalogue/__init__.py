"""The indicator catalogue: list, sheet, editing, Lebenslagen."""
