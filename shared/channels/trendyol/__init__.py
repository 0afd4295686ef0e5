"""Trendyol (marketplace integration: shipment packages and their webhooks)."""
