"""Is it getting better? Failures over time, from daily sums."""
