"""Chapters, tables and maps told as PDF, DOCX and XLSX."""
