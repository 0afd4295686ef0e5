"""What UPS's activity codes mean: of an event, and of an activity of the Track API.

The codes are those of karrio's connector (karrioapi/karrio on GitHub), which UPS's own list does not
publish in one place. Among them stand UPS's types (D, I, M, MV, X): they are no codes, and are left out.
Type D alone says nothing: it is said of parcels that are loaded, out for delivery, and delivered.
"""

from __future__ import annotations

from shared.orders.facts import ScanStatus

CARRIER = "ups"

_CODES_OF = {
    ScanStatus.PENDING: ("MP", "XD", "OA", "DD"),
    ScanStatus.PICKED_UP: ("OR", "PU", "OC", "OG"),
    ScanStatus.IN_TRANSIT: ("DP", "AA", "AR", "AF", "AL", "DS", "IH", "AP"),
    ScanStatus.OUT_FOR_DELIVERY: ("OT", "OD", "OF", "DL"),
    ScanStatus.DELIVERED: ("FS", "KB", "F4"),
    ScanStatus.ON_HOLD: ("EX", "HX", "HD", "HI", "HS", "HU", "NH"),
    ScanStatus.DELIVERY_FAILED: ("RF", "UR", "UF", "CC"),
    ScanStatus.DELIVERY_DELAYED: ("DY", "DE", "SD"),
    ScanStatus.READY_FOR_PICKUP: ("RP", "UU", "AC", "WC"),
    ScanStatus.CANCELLED: ("VD", "CA", "CN", "CV"),
}
STATUS_CODES = {code: status for status, codes in _CODES_OF.items() for code in codes}
"""All codes that are known. Others are unknown."""
