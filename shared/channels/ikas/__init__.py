"""ikas: the merchant's own shop, by its Admin API (GraphQL)."""
