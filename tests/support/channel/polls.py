"""What the scripted channel answers to polls."""

from shared.wire.api import Api
from shared.wire.polls import Page, Polled, Window
from tests.support.channel import script_of


def read_page(window: Window, api: Api) -> Page:
    """Return the next page of the script, an empty last one without."""
    script = script_of(api)
    script.windows.append(window)
    script.on_page()
    page = script.pages.pop(0) if script.pages else Page(documents=())
    if isinstance(page, Exception):
        raise page
    return page


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return an order of the script."""
    return script_of(api).orders.get(order_id)
