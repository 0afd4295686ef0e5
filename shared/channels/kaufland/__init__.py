"""Kaufland: the marketplaces of kaufland.de, .cz, .sk, .pl, .at, .fr and .it (Seller API v2)."""
