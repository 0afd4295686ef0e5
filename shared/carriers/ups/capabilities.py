"""What UPS's tracking can do. A subscription lives for 14 days (UPSTrackAlert.yaml): it is renewed before."""

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    hosts=("onlinetools.ups.com", "wwwcie.ups.com"),
    base_url="https://onlinetools.ups.com",
    credentials=("client_id", "client_secret"),
    is_marketplace=False,
    follow_every=timedelta(days=13),
    open_points=(
        "How often an event is sent again that was not taken is not published.",
        "Where the address and its credentials are typed in is UPS's portal; there is no call for it.",
    ),
)
