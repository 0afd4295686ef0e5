"""Shippo: tracking of parcels across carriers (webhooks of API version 2018-02-08)."""
