"""Italian, with the *tu* that shops write."""

# ruff: noqa: RUF001 - the curved apostrophe is how this language is printed

from __future__ import annotations

from shared.notifications.locale import Locale, one_or_other

TEXTS = {
    "greeting": "Ciao {name},",
    "greeting_without_name": "Ciao,",
    "reply": "Hai domande? Rispondi a questa e-mail.",
    "why": "Ricevi questa e-mail perché hai effettuato un ordine su {merchant}.",
    # kinds
    "order_received.subject": "Abbiamo ricevuto il tuo ordine {order}",
    "order_received.headline": "Grazie per il tuo ordine",
    "order_received.intro": "Abbiamo ricevuto il tuo ordine {order} e ti terremo al corrente.",
    "canceled.subject": "Il tuo ordine {order} è stato annullato",
    "canceled.headline": "Il tuo ordine è stato annullato",
    "canceled.intro": "Il tuo ordine {order} è stato annullato. Non devi fare altro.",
    "canceled_part.subject": "Una parte del tuo ordine {order} è stata annullata",
    "canceled_part.headline": "Una parte del tuo ordine è stata annullata",
    "canceled_part.intro": "Una parte del tuo ordine {order} è stata annullata. Il resto rimane invariato.",
    "preparing.subject": "Stiamo preparando il tuo ordine {order}",
    "preparing.headline": "Stiamo preparando il tuo ordine",
    "preparing.intro": "Stiamo imballando il tuo ordine {order} e ti scriveremo appena sarà in viaggio.",
    "preparing_pickup.subject": "Stiamo preparando il tuo ordine {order}",
    "preparing_pickup.headline": "Stiamo preparando il tuo ordine",
    "preparing_pickup.intro": (
        "Stiamo preparando il tuo ordine {order} e ti scriveremo appena potrai ritirarlo."
    ),
    "shipped.subject": "Il tuo ordine {order} è in viaggio",
    "shipped.headline": "Il tuo ordine è in viaggio",
    "shipped.intro": "Abbiamo affidato il tuo ordine {order} al corriere.",
    "shipped_part.subject": "Una parte del tuo ordine {order} è in viaggio",
    "shipped_part.headline": "Una parte del tuo ordine è in viaggio",
    "shipped_part.intro": (
        "Abbiamo affidato al corriere una parte del tuo ordine {order}. Il resto viene spedito separatamente."
    ),
    "tracking_changed.subject": "Tracciamento del tuo ordine {order}",
    "tracking_changed.headline": "Segui il tuo pacco",
    "tracking_changed.intro": "Ecco i dati di tracciamento aggiornati del tuo ordine {order}.",
    "ready_for_pickup.subject": "Il tuo ordine {order} è pronto per il ritiro",
    "ready_for_pickup.headline": "Pronto per il ritiro",
    "ready_for_pickup.intro": "Ora puoi ritirare il tuo ordine {order}.",
    "delivered.subject": "Il tuo ordine {order} è stato consegnato",
    "delivered.headline": "Il tuo ordine è stato consegnato",
    "delivered.intro": "Il tuo ordine {order} è arrivato. Grazie per il tuo acquisto.",
    "delivered_part.subject": "Un pacco del tuo ordine {order} è stato consegnato",
    "delivered_part.headline": "Il tuo pacco è stato consegnato",
    "delivered_part.intro": "Un pacco del tuo ordine {order} è arrivato.",
    "delivery_problem.subject": "Problema con la consegna del tuo ordine {order}",
    "delivery_problem.headline": "Non è stato possibile consegnare il tuo pacco",
    "delivery_problem.intro": (
        "Il corriere non è riuscito a consegnare un pacco del tuo ordine {order}. Di solito segue un "
        "nuovo tentativo, oppure il pacco viene portato in un punto di ritiro vicino a te."
    ),
    "return_accepted.subject": "Il reso del tuo ordine {order} è stato accettato",
    "return_accepted.headline": "Abbiamo accettato il tuo reso",
    "return_accepted.intro": "Abbiamo accettato il reso del tuo ordine {order}.",
    "return_rejected.subject": "Il reso del tuo ordine {order} non è stato accettato",
    "return_rejected.headline": "Non abbiamo potuto accettare il tuo reso",
    "return_rejected.intro": "Siamo spiacenti, non possiamo accettare il reso del tuo ordine {order}.",
    "refund.subject": "Rimborso del tuo ordine {order}",
    "refund.headline": "Abbiamo disposto il tuo rimborso",
    "refund.intro": (
        "Ti abbiamo rimborsato {amount} per il tuo ordine {order}. A seconda della banca, l’accredito "
        "può richiedere alcuni giorni."
    ),
    "payment_link.subject": "Pagamento del tuo ordine {order}",
    "payment_link.headline": "Completa il pagamento",
    "payment_link.intro": "Usa il link qui sotto per pagare {amount} per il tuo ordine {order}.",
    # parts
    "order_number": "Numero d’ordine",
    "order_date": "Data dell’ordine",
    "items": "Articoli",
    "quantity": "Quantità",
    "line_total": "Importo",
    "shipping": "Spedizione",
    "discount": "Sconto",
    "total": "Totale",
    "tax_contained": "Il totale include {amount} di imposte.",
    "delivery_address": "Indirizzo di consegna",
    "carrier": "Corriere",
    "parcel": "Pacco {number} di {count}",
    "tracking_number": "Numero di tracciamento",
    "track": "Segui il pacco",
    "follow": "Vedi lo stato dell’ordine",
    "check_address": "Controlla che questo indirizzo sia corretto:",
    "pickup_place": "Luogo di ritiro",
    "pickup_code": "Codice di ritiro",
    "pickup_until": "Da ritirare entro il",
    "refund_follows": "Ti rimborseremo quanto hai già pagato a questo titolo.",
    "refund_amount": "Importo rimborsato",
    "note": "Messaggio da {merchant}",
    "amount_due": "Importo da pagare",
    "pay": "Paga ora",
    "pay_until": "Da pagare entro il",
    "open_link": "Se il pulsante non funziona, apri questo indirizzo:",
}

COUNTED = {
    "further_items": {
        "one": "e {count} altro articolo",
        "other": "e altri {count} articoli",
    },
    "parcels": {
        "one": "Questa spedizione è composta da {count} pacco.",
        "other": "Questa spedizione è composta da {count} pacchi.",
    },
}

LOCALE = Locale(
    code="it",
    decimal_mark=",",
    group_mark=".",
    money="{sign}{number}\u00a0{symbol}",
    money_with_code="{sign}{number}\u00a0{symbol}",
    own_symbols={"JPY": "JPY", "USD": "USD"},
    months=(
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ),
    date="{day} {month} {year}",
    texts=TEXTS,
    plural=one_or_other,
    counted=COUNTED,
)
