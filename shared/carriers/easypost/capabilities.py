"""What an EasyPost account can do: buy labels, and be asked of its trackers (docs.easypost.com)."""

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    hosts=("api.easypost.com",),
    base_url="https://api.easypost.com",
    options=(
        "carrier",
        "service",
        "weight_oz",
        "from_name",
        "from_company",
        "from_street",
        "from_postal_code",
        "from_city",
        "from_region",
        "from_country",
        "from_phone",
    ),
    credentials=("api_key",),
    is_marketplace=False,
    subscriptions=True,
    books=True,
    follow_every=timedelta(hours=12),
    follows_silent=True,
    follows_any=True,
    open_points=(
        "A parcel that crosses a border needs customs data, which orders do not have: EasyPost refuses it.",
        "Orders have no weights: each parcel is bought with the weight of the option weight_oz.",
        "A cancellation is a refund that is asked for; whether it is granted, the carrier says within weeks.",
    ),
)
