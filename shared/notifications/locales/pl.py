"""Polish, made by `python -m local languages` from local/catalogues/pl.po and the CLDR: do not edit."""

from __future__ import annotations

from shared.notifications.countries.pl import COUNTRIES
from shared.notifications.locale import Locale, one_few_many

TEXTS = {
    "greeting": "Dzień dobry, {name}!",
    "greeting_without_name": "Dzień dobry!",
    "reply": "Masz pytania? Po prostu odpowiedz na tę wiadomość.",
    "why": "Otrzymujesz tę wiadomość, ponieważ w sklepie {merchant} złożono zamówienie na ten adres.",
    "order_received.subject": "Otrzymaliśmy Twoje zamówienie {order}",
    "order_received.headline": "Dziękujemy za zamówienie",
    "order_received.intro": (
        "Otrzymaliśmy Twoje zamówienie {order}. Będziemy Cię informować o jego realizacji."
    ),
    "canceled.subject": "Twoje zamówienie {order} zostało anulowane",
    "canceled.headline": "Twoje zamówienie zostało anulowane",
    "canceled.intro": "Twoje zamówienie {order} zostało anulowane. Nie musisz nic więcej robić.",
    "canceled_part.subject": "Część Twojego zamówienia {order} została anulowana",
    "canceled_part.headline": "Część Twojego zamówienia została anulowana",
    "canceled_part.intro": "Część Twojego zamówienia {order} została anulowana. Reszta pozostaje bez zmian.",
    "preparing.subject": "Przygotowujemy Twoje zamówienie {order}",
    "preparing.headline": "Przygotowujemy Twoje zamówienie",
    "preparing.intro": "Pakujemy Twoje zamówienie {order}. Napiszemy, gdy tylko będzie w drodze.",
    "preparing_pickup.subject": "Przygotowujemy Twoje zamówienie {order}",
    "preparing_pickup.headline": "Przygotowujemy Twoje zamówienie",
    "preparing_pickup.intro": (
        "Kompletujemy Twoje zamówienie {order}. Napiszemy, gdy tylko będzie można je odebrać."
    ),
    "shipped.subject": "Twoje zamówienie {order} jest w drodze",
    "shipped.headline": "Twoje zamówienie jest w drodze",
    "shipped.intro": "Przekazaliśmy Twoje zamówienie {order} przewoźnikowi.",
    "shipped_part.subject": "Część Twojego zamówienia {order} jest w drodze",
    "shipped_part.headline": "Część Twojego zamówienia jest w drodze",
    "shipped_part.intro": (
        "Przekazaliśmy przewoźnikowi część Twojego zamówienia {order}. Resztę wyślemy osobno."
    ),
    "tracking_changed.subject": "Śledzenie przesyłki do zamówienia {order}",
    "tracking_changed.headline": "Śledź swoją przesyłkę",
    "tracking_changed.intro": "Oto aktualne dane do śledzenia przesyłki z zamówienia {order}.",
    "ready_for_pickup.subject": "Twoje zamówienie {order} czeka na odbiór",
    "ready_for_pickup.headline": "Gotowe do odbioru",
    "ready_for_pickup.intro": "Możesz już odebrać swoje zamówienie {order}.",
    "delivered.subject": "Twoje zamówienie {order} zostało doręczone",
    "delivered.headline": "Twoje zamówienie zostało doręczone",
    "delivered.intro": "Twoje zamówienie {order} dotarło na miejsce. Dziękujemy za zakupy.",
    "delivered_part.subject": "Paczka z Twojego zamówienia {order} została doręczona",
    "delivered_part.headline": "Twoja paczka została doręczona",
    "delivered_part.intro": "Paczka z Twojego zamówienia {order} dotarła na miejsce.",
    "delivery_problem.subject": "Problem z doręczeniem zamówienia {order}",
    "delivery_problem.headline": "Nie udało się doręczyć Twojej paczki",
    "delivery_problem.intro": (
        "Przewoźnikowi nie udało się doręczyć paczki z Twojego zamówienia {order}. Zwykle podejmuje kolejną "
        "próbę albo zostawia paczkę w pobliskim punkcie odbioru."
    ),
    "return_accepted.subject": "Zwrot do zamówienia {order} został przyjęty",
    "return_accepted.headline": "Przyjęliśmy Twój zwrot",
    "return_accepted.intro": "Przyjęliśmy zwrot do Twojego zamówienia {order}.",
    "return_rejected.subject": "Zwrot do zamówienia {order} nie został przyjęty",
    "return_rejected.headline": "Nie mogliśmy przyjąć Twojego zwrotu",
    "return_rejected.intro": "Niestety nie możemy przyjąć zwrotu do Twojego zamówienia {order}.",
    "refund.subject": "Zwrot pieniędzy za zamówienie {order}",
    "refund.headline": "Zleciliśmy zwrot pieniędzy",
    "refund.intro": (
        "Zwróciliśmy {amount} za Twoje zamówienie {order}. W zależności od banku pieniądze mogą dotrzeć "
        "dopiero po kilku dniach."
    ),
    "payment_link.subject": "Płatność za zamówienie {order}",
    "payment_link.headline": "Dokończ płatność",
    "payment_link.intro": "Skorzystaj z poniższego linku, aby zapłacić {amount} za zamówienie {order}.",
    "label": "{label}:",
    "order_number": "Numer zamówienia",
    "order_date": "Data zamówienia",
    "items": "Produkty",
    "canceled_items": "Anulowane produkty",
    "quantity": "Ilość",
    "line_total": "Kwota",
    "shipping": "Dostawa",
    "discount": "Rabat",
    "total": "Razem",
    "tax_contained": "Kwota zawiera {amount} podatku.",
    "delivery_address": "Adres dostawy",
    "carrier": "Przewoźnik",
    "parcel": "Paczka {number} z {count}",
    "tracking_number": "Numer przesyłki",
    "track": "Śledź przesyłkę",
    "follow": "Zobacz stan zamówienia",
    "check_address": "Sprawdź, czy ten adres jest poprawny:",
    "pickup_place": "Miejsce odbioru",
    "pickup_code": "Kod odbioru",
    "pickup_until": "Odbiór możliwy do",
    "refund_follows": "Zwrócimy wszystko, co zostało już za to zapłacone.",
    "refund_amount": "Zwrócona kwota",
    "amount_due": "Do zapłaty",
    "pay": "Zapłać teraz",
    "open_link": "Jeśli przycisk nie działa, otwórz ten adres:",
}

COUNTED = {
    "further_items": {
        "one": "i jeszcze {count} produkt",
        "few": "i jeszcze {count} produkty",
        "many": "i jeszcze {count} produktów",
    },
    "parcels": {
        "one": "Ta przesyłka składa się z {count} paczki.",
        "few": "Ta przesyłka składa się z {count} paczek.",
        "many": "Ta przesyłka składa się z {count} paczek.",
    },
}

LOCALE = Locale(
    code="pl",
    decimal_mark=",",
    group_mark="\u00a0",
    grouped_from=5,
    money="{sign}{number}\u00a0{symbol}",
    money_with_letters="{sign}{number}\u00a0{symbol}",
    symbols={
        "BRL": "R$",
        "EUR": "€",
        "PLN": "zł",
        "XAF": "FCFA",
        "XCD": "EC$",
        "XCG": "Cg.",
        "XOF": "F\u202fCFA",
        "XPF": "CFPF",
    },
    months=(
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ),
    date="{day} {month} {year}",
    time="{hour:02}:{minute:02}",
    moment="{date} {time}",
    countries=COUNTRIES,
    texts=TEXTS,
    plural=one_few_many,
    counted=COUNTED,
)
