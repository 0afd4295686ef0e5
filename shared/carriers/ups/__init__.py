"""UPS Track Alert: events of parcels that were subscribed to, and the subscribing."""
