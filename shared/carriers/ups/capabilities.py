"""What UPS's tracking can do. A subscription lives for 14 days (UPSTrackAlert.yaml).

It is renewed whenever its parcel was silent for a while: what it did not tell is read then, too.
"""

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    hosts=("onlinetools.ups.com", "wwwcie.ups.com"),
    base_url="https://onlinetools.ups.com",
    credentials=("client_id", "client_secret"),
    is_marketplace=False,
    follow_every=timedelta(hours=12),
    follows_silent=True,
    follows_at_once=True,
    open_points=(
        "How often an event is sent again that was not taken is not published.",
        "Track Alert and the Track API are two products of UPS's portal: the application needs both.",
        "Where the address and its credentials are typed in is UPS's portal; there is no call for it.",
    ),
)
