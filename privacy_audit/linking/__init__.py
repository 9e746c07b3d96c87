"""What lies in several files: near-duplicates, and, only with a declared basis, voices and faces. All in memory."""
