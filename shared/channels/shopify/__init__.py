"""Shopify: webhooks and Admin REST documents of one shop.

The shapes and words are those of the Admin REST API, version 2026-07, as shown by the
recorded samples of the public repository Shopify/shopify-app-js; a webhook's body is the bare
REST resource.
"""
