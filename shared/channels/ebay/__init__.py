"""eBay (Fulfillment API 1.20, Post-Order API 2, notifications of the Notification API)."""
