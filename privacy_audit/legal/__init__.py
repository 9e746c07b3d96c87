"""The law as dated, sourced data, and the pure functions that turn outcomes into an exposure report."""
