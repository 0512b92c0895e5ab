"""What was done: the log, kept files, and jobs that run behind the pages."""
