"""Sources: from files to records, and from treated records back to files. The source is never modified."""
