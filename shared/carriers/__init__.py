"""Carriers and tracking services. Adding one: a folder, and its line in ``shared/adapters.py``."""
