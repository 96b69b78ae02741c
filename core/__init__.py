"""Portico's core: provisions portals and keeps them in sight. Nothing in here knows that a screen exists."""
