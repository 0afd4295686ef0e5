"""bol.com: a marketplace for the Netherlands and Belgium, asked by its Retailer API (v10)."""
