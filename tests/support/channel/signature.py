"""Nothing is pushed by the scripted channel."""

MEDIA_TYPE = "application/json"
