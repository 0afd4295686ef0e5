"""German, made by `python -m local languages` from local/catalogues/de.po and the CLDR: do not edit."""

from __future__ import annotations

from shared.notifications.countries.de import COUNTRIES
from shared.notifications.locale import Locale, one_or_other

TEXTS = {
    "greeting": "Guten Tag {name},",
    "greeting_without_name": "Guten Tag,",
    "reply": "Fragen? Antworten Sie einfach auf diese E-Mail.",
    "why": "Sie erhalten diese E-Mail, weil Sie bei {merchant} bestellt haben.",
    "order_received.subject": "Ihre Bestellung {order} ist eingegangen",
    "order_received.headline": "Vielen Dank für Ihre Bestellung",
    "order_received.intro": "Wir haben Ihre Bestellung {order} erhalten und halten Sie auf dem Laufenden.",
    "canceled.subject": "Ihre Bestellung {order} wurde storniert",
    "canceled.headline": "Ihre Bestellung wurde storniert",
    "canceled.intro": "Ihre Bestellung {order} wurde storniert. Sie müssen nichts weiter tun.",
    "canceled_part.subject": "Ein Teil Ihrer Bestellung {order} wurde storniert",
    "canceled_part.headline": "Ein Teil Ihrer Bestellung wurde storniert",
    "canceled_part.intro": (
        "Ein Teil Ihrer Bestellung {order} wurde storniert. Alles andere bleibt wie bestellt."
    ),
    "preparing.subject": "Wir bereiten Ihre Bestellung {order} vor",
    "preparing.headline": "Wir bereiten Ihre Bestellung vor",
    "preparing.intro": "Wir packen Ihre Bestellung {order} und schreiben Ihnen, sobald sie unterwegs ist.",
    "preparing_pickup.subject": "Wir bereiten Ihre Bestellung {order} vor",
    "preparing_pickup.headline": "Wir bereiten Ihre Bestellung vor",
    "preparing_pickup.intro": (
        "Wir stellen Ihre Bestellung {order} zusammen und schreiben Ihnen, sobald Sie sie abholen können."
    ),
    "shipped.subject": "Ihre Bestellung {order} ist unterwegs",
    "shipped.headline": "Ihre Bestellung ist unterwegs",
    "shipped.intro": "Wir haben Ihre Bestellung {order} an den Versanddienst übergeben.",
    "shipped_part.subject": "Ein Teil Ihrer Bestellung {order} ist unterwegs",
    "shipped_part.headline": "Ein Teil Ihrer Bestellung ist unterwegs",
    "shipped_part.intro": (
        "Wir haben einen Teil Ihrer Bestellung {order} an den Versanddienst übergeben. Alles Übrige wird "
        "gesondert versandt."
    ),
    "tracking_changed.subject": "Sendungsverfolgung zu Ihrer Bestellung {order}",
    "tracking_changed.headline": "Verfolgen Sie Ihre Sendung",
    "tracking_changed.intro": (
        "Hier finden Sie die aktuellen Angaben zur Sendungsverfolgung für Ihre Bestellung {order}."
    ),
    "ready_for_pickup.subject": "Ihre Bestellung {order} liegt zur Abholung bereit",
    "ready_for_pickup.headline": "Bereit zur Abholung",
    "ready_for_pickup.intro": "Sie können Ihre Bestellung {order} jetzt abholen.",
    "delivered.subject": "Ihre Bestellung {order} wurde zugestellt",
    "delivered.headline": "Ihre Bestellung wurde zugestellt",
    "delivered.intro": "Ihre Bestellung {order} ist angekommen. Vielen Dank für Ihren Einkauf.",
    "delivered_part.subject": "Ein Paket Ihrer Bestellung {order} wurde zugestellt",
    "delivered_part.headline": "Ihr Paket wurde zugestellt",
    "delivered_part.intro": "Ein Paket Ihrer Bestellung {order} ist angekommen.",
    "delivery_problem.subject": "Problem bei der Zustellung Ihrer Bestellung {order}",
    "delivery_problem.headline": "Ihr Paket konnte nicht zugestellt werden",
    "delivery_problem.intro": (
        "Der Versanddienst konnte ein Paket Ihrer Bestellung {order} nicht zustellen. Meist folgt ein "
        "weiterer Versuch, oder das Paket kommt in eine Abholstelle in Ihrer Nähe."
    ),
    "return_accepted.subject": "Ihre Rücksendung zur Bestellung {order} wurde angenommen",
    "return_accepted.headline": "Wir haben Ihre Rücksendung angenommen",
    "return_accepted.intro": "Wir haben Ihre Rücksendung zur Bestellung {order} angenommen.",
    "return_rejected.subject": "Ihre Rücksendung zur Bestellung {order} konnte nicht angenommen werden",
    "return_rejected.headline": "Wir konnten Ihre Rücksendung nicht annehmen",
    "return_rejected.intro": "Leider können wir Ihre Rücksendung zur Bestellung {order} nicht annehmen.",
    "refund.subject": "Erstattung zu Ihrer Bestellung {order}",
    "refund.headline": "Wir haben Ihre Erstattung veranlasst",
    "refund.intro": (
        "Wir haben Ihnen {amount} für Ihre Bestellung {order} erstattet. Je nach Bank kann es einige Tage "
        "dauern, bis das Geld bei Ihnen eingeht."
    ),
    "payment_link.subject": "Zahlung für Ihre Bestellung {order}",
    "payment_link.headline": "Schließen Sie Ihre Zahlung ab",
    "payment_link.intro": "Bitte bezahlen Sie {amount} für Ihre Bestellung {order} über den folgenden Link.",
    "label": "{label}:",
    "order_number": "Bestellnummer",
    "order_date": "Bestelldatum",
    "items": "Artikel",
    "canceled_items": "Stornierte Artikel",
    "quantity": "Menge",
    "line_total": "Betrag",
    "shipping": "Versand",
    "discount": "Rabatt",
    "total": "Gesamtbetrag",
    "tax_contained": "Im Gesamtbetrag sind {amount} Steuern enthalten.",
    "delivery_address": "Lieferadresse",
    "carrier": "Versanddienst",
    "parcel": "Paket {number} von {count}",
    "tracking_number": "Sendungsnummer",
    "track": "Sendung verfolgen",
    "follow": "Bestellstatus ansehen",
    "check_address": "Bitte prüfen Sie, ob diese Adresse stimmt:",
    "pickup_place": "Abholort",
    "pickup_code": "Abholcode",
    "pickup_until": "Abholbar bis",
    "refund_follows": "Was Sie dafür bereits bezahlt haben, wird erstattet.",
    "refund_amount": "Erstattet",
    "amount_due": "Offener Betrag",
    "pay": "Jetzt bezahlen",
    "open_link": "Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:",
}

COUNTED = {
    "further_items": {
        "one": "{count} weiterer Artikel",
        "other": "{count} weitere Artikel",
    },
    "parcels": {
        "one": "Diese Sendung besteht aus {count} Paket.",
        "other": "Diese Sendung besteht aus {count} Paketen.",
    },
}

LOCALE = Locale(
    code="de",
    decimal_mark=",",
    group_mark=".",
    grouped_from=4,
    money="{sign}{number}\u00a0{symbol}",
    money_with_letters="{sign}{number}\u00a0{symbol}",
    symbols={
        "AUD": "AU$",
        "BRL": "R$",
        "CAD": "CA$",
        "CNY": "CN¥",
        "EUR": "€",
        "GBP": "£",
        "HKD": "HK$",
        "ILS": "₪",
        "INR": "₹",
        "JPY": "¥",
        "KRW": "₩",
        "MXN": "MX$",
        "NZD": "NZ$",
        "THB": "฿",
        "TWD": "NT$",
        "USD": "$",
        "VND": "₫",
        "XAF": "FCFA",
        "XCD": "EC$",
        "XCG": "Cg.",
        "XOF": "F\u202fCFA",
        "XPF": "CFPF",
    },
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    date="{day}. {month} {year}",
    time="{hour:02}:{minute:02}",
    moment="{date}, {time}",
    countries=COUNTRIES,
    texts=TEXTS,
    plural=one_or_other,
    counted=COUNTED,
)
