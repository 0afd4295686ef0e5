"""Orderhub's layer: everything that is not an entry point.

Imports point down: runtime, use cases, channels and carriers and storage and
notifications, wire, orders. Nothing here imports ``functions`` or ``local``.
"""
