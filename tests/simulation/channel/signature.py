"""The simulated channel's signature module: only what applying asks for."""

MEDIA_TYPE = "application/json"
