"""The orders table: key design, request builders, the store. Nothing else writes orders."""
