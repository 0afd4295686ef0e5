"""Which carrier a tracking number belongs to: candidates with reasons, and *unknown* on a tie."""

from shared.carriers.detect.candidates import Candidate, by_carrier, carrier_named, chosen, detect
from shared.carriers.detect.formats import NAMES

__all__ = ["NAMES", "Candidate", "by_carrier", "carrier_named", "chosen", "detect"]
