"""Results as rows, charts and maps: plain data, no HTML; reports and site use the same."""
