"""Connections: which shops, marketplaces and carriers a merchant uses, and by which rules."""
