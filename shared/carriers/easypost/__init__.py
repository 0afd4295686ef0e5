"""EasyPost: tracking of parcels across carriers (API v2 trackers and their webhooks)."""
