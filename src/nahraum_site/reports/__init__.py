"""Start page, report and downloads."""
