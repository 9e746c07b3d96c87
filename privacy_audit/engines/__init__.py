"""Engines: how the pipeline's functions are spread over processes."""
