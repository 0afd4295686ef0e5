"""WooCommerce: the merchant's own shop (REST API wc/v3 and its webhooks)."""
