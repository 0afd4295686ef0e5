"""DHL: Shipment Tracking Unified, as its push API sends it."""
