"""The way from a submit to a living portal, a step at a time, across every restart."""
