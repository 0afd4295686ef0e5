"""Dutch, with the *je* that shops write."""

from __future__ import annotations

from shared.notifications.locale import Locale, one_or_other

TEXTS = {
    "greeting": "Hallo {name},",
    "greeting_without_name": "Hallo,",
    "reply": "Vragen? Beantwoord gewoon deze e-mail.",
    "why": "Je ontvangt deze e-mail omdat je bij {merchant} hebt besteld.",
    # kinds
    "order_received.subject": "We hebben je bestelling {order} ontvangen",
    "order_received.headline": "Bedankt voor je bestelling",
    "order_received.intro": "We hebben je bestelling {order} ontvangen en houden je op de hoogte.",
    "canceled.subject": "Je bestelling {order} is geannuleerd",
    "canceled.headline": "Je bestelling is geannuleerd",
    "canceled.intro": "Je bestelling {order} is geannuleerd. Je hoeft verder niets te doen.",
    "canceled_part.subject": "Een deel van je bestelling {order} is geannuleerd",
    "canceled_part.headline": "Een deel van je bestelling is geannuleerd",
    "canceled_part.intro": "Een deel van je bestelling {order} is geannuleerd. De rest blijft zoals besteld.",
    "preparing.subject": "We maken je bestelling {order} klaar",
    "preparing.headline": "We maken je bestelling klaar",
    "preparing.intro": "We pakken je bestelling {order} in en laten het je weten zodra deze onderweg is.",
    "preparing_pickup.subject": "We maken je bestelling {order} klaar",
    "preparing_pickup.headline": "We maken je bestelling klaar",
    "preparing_pickup.intro": (
        "We maken je bestelling {order} klaar en laten het je weten zodra je deze kunt ophalen."
    ),
    "shipped.subject": "Je bestelling {order} is onderweg",
    "shipped.headline": "Je bestelling is onderweg",
    "shipped.intro": "We hebben je bestelling {order} aan de bezorgdienst meegegeven.",
    "shipped_part.subject": "Een deel van je bestelling {order} is onderweg",
    "shipped_part.headline": "Een deel van je bestelling is onderweg",
    "shipped_part.intro": (
        "We hebben een deel van je bestelling {order} aan de bezorgdienst meegegeven. De rest wordt "
        "apart verzonden."
    ),
    "tracking_changed.subject": "Track & trace voor je bestelling {order}",
    "tracking_changed.headline": "Volg je pakket",
    "tracking_changed.intro": "Hier zijn de actuele track & trace-gegevens van je bestelling {order}.",
    "ready_for_pickup.subject": "Je bestelling {order} ligt klaar",
    "ready_for_pickup.headline": "Klaar om op te halen",
    "ready_for_pickup.intro": "Je kunt je bestelling {order} nu ophalen.",
    "delivered.subject": "Je bestelling {order} is bezorgd",
    "delivered.headline": "Je bestelling is bezorgd",
    "delivered.intro": "Je bestelling {order} is aangekomen. Bedankt voor je aankoop.",
    "delivered_part.subject": "Een pakket van je bestelling {order} is bezorgd",
    "delivered_part.headline": "Je pakket is bezorgd",
    "delivered_part.intro": "Een pakket van je bestelling {order} is aangekomen.",
    "delivery_problem.subject": "Probleem bij de bezorging van je bestelling {order}",
    "delivery_problem.headline": "Je pakket kon niet worden bezorgd",
    "delivery_problem.intro": (
        "De bezorgdienst kon een pakket van je bestelling {order} niet bezorgen. Meestal volgt een "
        "nieuwe poging of gaat het pakket naar een afhaalpunt bij jou in de buurt."
    ),
    "return_accepted.subject": "Je retour voor bestelling {order} is goedgekeurd",
    "return_accepted.headline": "We hebben je retour goedgekeurd",
    "return_accepted.intro": "We hebben je retour voor bestelling {order} goedgekeurd.",
    "return_rejected.subject": "Je retour voor bestelling {order} kon niet worden goedgekeurd",
    "return_rejected.headline": "We konden je retour niet goedkeuren",
    "return_rejected.intro": "Helaas kunnen we je retour voor bestelling {order} niet goedkeuren.",
    "refund.subject": "Terugbetaling voor je bestelling {order}",
    "refund.headline": "We hebben je terugbetaling in gang gezet",
    "refund.intro": (
        "We hebben {amount} terugbetaald voor je bestelling {order}. Afhankelijk van je bank kan het "
        "enkele dagen duren voordat het bedrag op je rekening staat."
    ),
    "payment_link.subject": "Betaling van je bestelling {order}",
    "payment_link.headline": "Rond je betaling af",
    "payment_link.intro": "Betaal {amount} voor je bestelling {order} via de onderstaande link.",
    # parts
    "order_number": "Bestelnummer",
    "order_date": "Besteldatum",
    "items": "Artikelen",
    "quantity": "Aantal",
    "line_total": "Bedrag",
    "shipping": "Verzending",
    "discount": "Korting",
    "total": "Totaal",
    "tax_contained": "In het totaal is {amount} belasting inbegrepen.",
    "delivery_address": "Bezorgadres",
    "carrier": "Bezorgdienst",
    "parcel": "Pakket {number} van {count}",
    "tracking_number": "Trackingnummer",
    "track": "Volg je pakket",
    "follow": "Status van je bestelling bekijken",
    "check_address": "Controleer of dit adres klopt:",
    "pickup_place": "Afhaallocatie",
    "pickup_code": "Afhaalcode",
    "pickup_until": "Op te halen tot en met",
    "refund_follows": "Wat je hiervoor al hebt betaald, krijg je terug.",
    "refund_amount": "Terugbetaald",
    "note": "Bericht van {merchant}",
    "amount_due": "Te betalen",
    "pay": "Nu betalen",
    "pay_until": "Te betalen tot en met",
    "open_link": "Werkt de knop niet? Open dan dit adres:",
}

COUNTED = {
    "further_items": {
        "one": "en nog {count} artikel",
        "other": "en nog {count} artikelen",
    },
    "parcels": {
        "one": "Deze zending bestaat uit {count} pakket.",
        "other": "Deze zending bestaat uit {count} pakketten.",
    },
}

LOCALE = Locale(
    code="nl",
    decimal_mark=",",
    group_mark=".",
    money="{symbol}\u00a0{sign}{number}",
    money_with_code="{symbol}\u00a0{sign}{number}",
    own_symbols={"JPY": "JP¥", "USD": "US$"},
    months=(
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    date="{day} {month} {year}",
    texts=TEXTS,
    plural=one_or_other,
    counted=COUNTED,
)
