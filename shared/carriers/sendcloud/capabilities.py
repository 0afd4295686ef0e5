"""What a Sendcloud account can do: book parcels by API v3 (sendcloud.dev)."""

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    hosts=("panel.sendcloud.sc",),
    base_url="https://panel.sendcloud.sc",
    options=(
        "shipping_option_code",
        "contract_id",
        "weight_kg",
        "from_name",
        "from_company",
        "from_street",
        "from_house_number",
        "from_postal_code",
        "from_city",
        "from_country",
        "from_phone",
        "from_email",
    ),
    credentials=("public_key", "secret_key"),
    is_marketplace=False,
    books=True,
    open_points=(
        "A parcel that crosses a border needs customs data, which orders do not have: Sendcloud refuses it.",
        "Orders have no weights: each parcel is announced with the weight of the option weight_kg.",
    ),
)
