"""Measuring the detectors: one module, one measurement, run as ``python -m bench.NAME``.

Not part of the wheel. The data sets lie beside the repository, never in it: ``bench/_data.py``.
"""
