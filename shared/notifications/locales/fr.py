"""French. The space before ``:`` and ``?`` does not break a line."""

# ruff: noqa: RUF001 - the curved apostrophe is how this language is printed

from __future__ import annotations

from shared.notifications.locale import Locale, none_is_singular

TEXTS = {
    "greeting": "Bonjour {name},",
    "greeting_without_name": "Bonjour,",
    "reply": "Une question\u00a0? Répondez simplement à cet e-mail.",
    "why": "Vous recevez cet e-mail parce que vous avez passé commande chez {merchant}.",
    # kinds
    "order_received.subject": "Nous avons bien reçu votre commande {order}",
    "order_received.headline": "Merci pour votre commande",
    "order_received.intro": (
        "Nous avons bien reçu votre commande {order} et vous tiendrons au courant de son avancement."
    ),
    "canceled.subject": "Votre commande {order} a été annulée",
    "canceled.headline": "Votre commande a été annulée",
    "canceled.intro": "Votre commande {order} a été annulée. Vous n’avez rien d’autre à faire.",
    "canceled_part.subject": "Une partie de votre commande {order} a été annulée",
    "canceled_part.headline": "Une partie de votre commande a été annulée",
    "canceled_part.intro": "Une partie de votre commande {order} a été annulée. Le reste est inchangé.",
    "preparing.subject": "Nous préparons votre commande {order}",
    "preparing.headline": "Nous préparons votre commande",
    "preparing.intro": "Nous emballons votre commande {order} et vous écrirons dès qu’elle sera en route.",
    "preparing_pickup.subject": "Nous préparons votre commande {order}",
    "preparing_pickup.headline": "Nous préparons votre commande",
    "preparing_pickup.intro": (
        "Nous préparons votre commande {order} et vous écrirons dès que vous pourrez venir la retirer."
    ),
    "shipped.subject": "Votre commande {order} est en route",
    "shipped.headline": "Votre commande est en route",
    "shipped.intro": "Nous avons remis votre commande {order} au transporteur.",
    "shipped_part.subject": "Une partie de votre commande {order} est en route",
    "shipped_part.headline": "Une partie de votre commande est en route",
    "shipped_part.intro": (
        "Nous avons remis une partie de votre commande {order} au transporteur. Le reste est expédié "
        "séparément."
    ),
    "tracking_changed.subject": "Suivi de votre commande {order}",
    "tracking_changed.headline": "Suivez votre colis",
    "tracking_changed.intro": "Voici les informations de suivi à jour pour votre commande {order}.",
    "ready_for_pickup.subject": "Votre commande {order} est prête à être retirée",
    "ready_for_pickup.headline": "Prête à être retirée",
    "ready_for_pickup.intro": "Vous pouvez dès à présent retirer votre commande {order}.",
    "delivered.subject": "Votre commande {order} a été livrée",
    "delivered.headline": "Votre commande a été livrée",
    "delivered.intro": "Votre commande {order} est arrivée. Merci pour votre achat.",
    "delivered_part.subject": "Un colis de votre commande {order} a été livré",
    "delivered_part.headline": "Votre colis a été livré",
    "delivered_part.intro": "Un colis de votre commande {order} est arrivé.",
    "delivery_problem.subject": "Problème de livraison de votre commande {order}",
    "delivery_problem.headline": "Votre colis n’a pas pu être livré",
    "delivery_problem.intro": (
        "Le transporteur n’a pas pu livrer un colis de votre commande {order}. En général, il fait "
        "une nouvelle tentative ou dépose le colis dans un point de retrait près de chez vous."
    ),
    "return_accepted.subject": "Votre retour pour la commande {order} a été accepté",
    "return_accepted.headline": "Nous avons accepté votre retour",
    "return_accepted.intro": "Nous avons accepté votre retour pour la commande {order}.",
    "return_rejected.subject": "Votre retour pour la commande {order} n’a pas pu être accepté",
    "return_rejected.headline": "Nous n’avons pas pu accepter votre retour",
    "return_rejected.intro": (
        "Nous sommes désolés, nous ne pouvons pas accepter votre retour pour la commande {order}."
    ),
    "refund.subject": "Remboursement de votre commande {order}",
    "refund.headline": "Votre remboursement a été effectué",
    "refund.intro": (
        "Nous vous avons remboursé {amount} pour votre commande {order}. Selon votre banque, quelques "
        "jours peuvent s’écouler avant que vous receviez l’argent."
    ),
    "payment_link.subject": "Paiement de votre commande {order}",
    "payment_link.headline": "Finalisez votre paiement",
    "payment_link.intro": "Utilisez le lien ci-dessous pour régler {amount} pour votre commande {order}.",
    # parts
    "order_number": "Numéro de commande",
    "order_date": "Date de commande",
    "items": "Articles",
    "quantity": "Quantité",
    "line_total": "Montant",
    "shipping": "Livraison",
    "discount": "Remise",
    "total": "Total",
    "tax_contained": "Le total comprend {amount} de taxes.",
    "delivery_address": "Adresse de livraison",
    "carrier": "Transporteur",
    "parcel": "Colis {number} sur {count}",
    "tracking_number": "Numéro de suivi",
    "track": "Suivre le colis",
    "follow": "Voir l’état de la commande",
    "check_address": "Veuillez vérifier que cette adresse est correcte\u00a0:",
    "pickup_place": "Lieu de retrait",
    "pickup_code": "Code de retrait",
    "pickup_until": "À retirer jusqu’au",
    "refund_follows": "Ce que vous avez déjà payé à ce titre vous sera remboursé.",
    "refund_amount": "Montant remboursé",
    "note": "Message de {merchant}",
    "amount_due": "Montant à payer",
    "pay": "Payer maintenant",
    "pay_until": "À payer au plus tard le",
    "open_link": "Si le bouton ne fonctionne pas, ouvrez cette adresse\u00a0:",
}

COUNTED = {
    "further_items": {
        "one": "et {count} autre article",
        "other": "et {count} autres articles",
    },
    "parcels": {
        "one": "Cet envoi comprend {count} colis.",
        "other": "Cet envoi comprend {count} colis.",
    },
}

LOCALE = Locale(
    code="fr",
    decimal_mark=",",
    group_mark="\u202f",
    money="{sign}{number}\u00a0{symbol}",
    money_with_code="{sign}{number}\u00a0{symbol}",
    own_symbols={"GBP": "£GB", "JPY": "JPY", "USD": "$US"},
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    date="{day} {month} {year}",
    texts=TEXTS,
    plural=none_is_singular,
    counted=COUNTED,
)
