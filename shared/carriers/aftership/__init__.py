"""AfterShip: tracking of parcels across carriers (webhooks of the Tracking API)."""
