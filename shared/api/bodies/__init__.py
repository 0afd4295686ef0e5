"""The bodies of requests, as models: what is not named in one is refused.

Models are built on first use: a cold start pays for the one it needs.
"""
