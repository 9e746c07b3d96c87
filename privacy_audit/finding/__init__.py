"""Where is this person? For requests of access and erasure: values, pictures and recordings looked for in a data set.

What is looked for stays in memory. Only places come out.
"""

from __future__ import annotations
