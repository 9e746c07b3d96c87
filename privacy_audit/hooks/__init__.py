"""Adapters that put a Guard into a data loader, one module per loader."""
