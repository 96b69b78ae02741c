"""Licences and portals: what a person can ask for, and whether it is granted."""
