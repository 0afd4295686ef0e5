"""Orderhub's layer: everything that is not an entry point.

Imports point down: runtime, use cases, channels and carriers and storage and
notifications, wire, orders. Nothing here imports ``functions`` or ``local``.
"""

from __future__ import annotations

import gc
import os

if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    # What a function is made of is no garbage, and looking for some in it takes a seventh of a cold start.
    # The first event turns it on again: shared/runtime/entry.py.
    gc.disable()
