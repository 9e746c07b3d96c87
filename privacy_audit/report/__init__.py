"""Report formats: one module, one format, each a pure function of an ExposureReport."""
