"""Instances, their users, roles and languages, as a platform last said."""
