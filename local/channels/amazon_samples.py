"""The order that a simulated Amazon takes, and the notification it sends about it."""

from __future__ import annotations

from typing import Any

MARKETPLACE = "A1PA6795UKMFR9"


def sample_order(order_id: str, stamp: str) -> dict[str, Any]:
    """Return a paid order over two lines, 2 x 10.00 and 1 x 5.00, with 4.20 shipping."""
    return {
        "orderId": order_id,
        "orderAliases": [],
        "createdTime": stamp,
        "lastUpdatedTime": stamp,
        "programs": [],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": MARKETPLACE,
            "marketplaceName": "Amazon.de",
        },
        "buyer": {"buyerName": "Example Customer", "buyerEmail": "stand-in@example.com"},
        "recipient": {
            "deliveryAddress": {
                "name": "Example Customer",
                "addressLine1": "Musterstraße 1",
                "city": "Berlin",
                "postalCode": "10115",
                "countryCode": "DE",
                "addressType": "RESIDENTIAL",
            }
        },
        "proceeds": {
            "grandTotal": _euros("29.20"),
            "breakdowns": [
                {"type": "ITEM", "subtotal": _euros("25.00")},
                {"type": "SHIPPING", "subtotal": _euros("4.20")},
            ],
        },
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED",
            "fulfilledBy": "MERCHANT",
            "fulfillmentServiceLevel": "STANDARD",
        },
        "orderItems": [
            _item("5001", "MUG", "Mug", 2, "10.00", "24.20"),
            _item("5002", "PEN", "Pen", 1, "5.00", "5.00"),
        ],
        "packages": [],
    }


def sample_change(order: dict[str, Any], change: str, stamp: str) -> dict[str, Any]:
    """Return the notification that an order has changed."""
    return {
        "NotificationVersion": "1.0",
        "NotificationType": "ORDER_CHANGE",
        "PayloadVersion": "1.0",
        "EventTime": stamp,
        "Payload": {
            "OrderChangeNotification": {
                "NotificationLevel": "OrderLevel",
                "SellerId": "AEXAMPLESELLER",
                "AmazonOrderId": order["orderId"],
                "OrderChangeType": change,
                "OrderChangeTrigger": {"TimeOfOrderChange": stamp, "ChangeReason": "Example"},
                "Summary": {"MarketplaceId": order["salesChannel"]["marketplaceId"]},
            }
        },
        "NotificationMetadata": {
            "ApplicationId": "app-id-example",
            "SubscriptionId": "subscription-id-example",
            "PublishTime": stamp,
            "NotificationId": f"{order['orderId']}-{stamp}",
        },
    }


def _item(item_id: str, sku: str, title: str, quantity: int, price: str, total: str) -> dict[str, Any]:
    return {
        "orderItemId": item_id,
        "quantityOrdered": quantity,
        "product": {
            "asin": f"B0EXAMPLE{item_id[-1]}",
            "title": title,
            "sellerSku": sku,
            "price": {"unitPrice": _euros(price)},
        },
        "proceeds": {"proceedsTotal": _euros(total)},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
    }


def _euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "EUR"}
