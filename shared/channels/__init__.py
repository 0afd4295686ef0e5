"""Marketplaces and shops. Adding one: a folder, and its line in ``shared/adapters.py``."""
