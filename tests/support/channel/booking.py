"""What the scripted channel makes of bookings, as a carrier account."""

from shared.wire.api import Api
from shared.wire.booking import Booked, Consignment, Label, Withdrawn
from tests.support.channel import script_of

BOOKED = Booked(reference="booking-1", tracking_number="1Z999AA10123456784", carrier="UPS", label="1")


def book(consignment: Consignment, api: Api) -> Booked:
    """Remember the parcel, answer by the script, else that it is booked."""
    script = script_of(api)
    script.booked.append(consignment)
    answer = script.bookings.pop(0) if script.bookings else BOOKED
    if isinstance(answer, Exception):
        raise answer
    return answer


def find(reference: str, api: Api) -> Booked | None:
    """Remember the question, answer by the script."""
    script_of(api).sought.append(reference)
    return script_of(api).found.get(reference)


def fetch_label(booked: Booked, api: Api) -> Label | None:
    """Answer by the script, else with a label."""
    labels = script_of(api).labels
    answer = (
        labels.pop(0)
        if labels
        else Label(body=b"%PDF-" + booked.label.encode(), media_type="application/pdf")
    )
    if isinstance(answer, Exception):
        raise answer
    return answer


def withdraw(reference: str, api: Api) -> Withdrawn:
    """Remember the cancellation, answer by the script, else that it is done."""
    script = script_of(api)
    script.withdrawn.append(reference)
    answer = script.withdrawals.pop(0) if script.withdrawals else Withdrawn.DONE
    if isinstance(answer, Exception):
        raise answer
    return answer
