"""Sendcloud: parcels of several carriers (API v2 webhooks and v3 event subscriptions)."""
