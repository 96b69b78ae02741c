"""The package format: Dynamics solution zips, their manifests, orders and what they need of one another."""
