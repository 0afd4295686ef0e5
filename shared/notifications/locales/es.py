"""Spanish, made by `python -m local languages` from local/catalogues/es.po and the CLDR: do not edit."""

from __future__ import annotations

from shared.notifications.countries.es import COUNTRIES
from shared.notifications.locale import Locale, one_or_other

TEXTS = {
    "greeting": "Hola, {name}:",
    "greeting_without_name": "Hola:",
    "reply": "¿Tienes alguna pregunta? Responde a este correo.",
    "why": "Recibes este correo porque has hecho un pedido en {merchant}.",
    "order_received.subject": "Hemos recibido tu pedido {order}",
    "order_received.headline": "Gracias por tu pedido",
    "order_received.intro": "Hemos recibido tu pedido {order} y te mantendremos al corriente.",
    "canceled.subject": "Tu pedido {order} se ha cancelado",
    "canceled.headline": "Tu pedido se ha cancelado",
    "canceled.intro": "Tu pedido {order} se ha cancelado. No tienes que hacer nada más.",
    "canceled_part.subject": "Una parte de tu pedido {order} se ha cancelado",
    "canceled_part.headline": "Una parte de tu pedido se ha cancelado",
    "canceled_part.intro": "Una parte de tu pedido {order} se ha cancelado. El resto sigue igual.",
    "preparing.subject": "Estamos preparando tu pedido {order}",
    "preparing.headline": "Estamos preparando tu pedido",
    "preparing.intro": "Estamos embalando tu pedido {order} y te escribiremos en cuanto esté en camino.",
    "preparing_pickup.subject": "Estamos preparando tu pedido {order}",
    "preparing_pickup.headline": "Estamos preparando tu pedido",
    "preparing_pickup.intro": (
        "Estamos preparando tu pedido {order} y te escribiremos en cuanto puedas recogerlo."
    ),
    "shipped.subject": "Tu pedido {order} está en camino",
    "shipped.headline": "Tu pedido está en camino",
    "shipped.intro": "Hemos entregado tu pedido {order} a la empresa de transporte.",
    "shipped_part.subject": "Una parte de tu pedido {order} está en camino",
    "shipped_part.headline": "Una parte de tu pedido está en camino",
    "shipped_part.intro": (
        "Hemos entregado una parte de tu pedido {order} a la empresa de transporte. El resto se envía por "
        "separado."
    ),
    "tracking_changed.subject": "Seguimiento de tu pedido {order}",
    "tracking_changed.headline": "Sigue tu paquete",
    "tracking_changed.intro": "Estos son los datos de seguimiento actuales de tu pedido {order}.",
    "ready_for_pickup.subject": "Tu pedido {order} está listo para recoger",
    "ready_for_pickup.headline": "Listo para recoger",
    "ready_for_pickup.intro": "Ya puedes recoger tu pedido {order}.",
    "delivered.subject": "Tu pedido {order} se ha entregado",
    "delivered.headline": "Tu pedido se ha entregado",
    "delivered.intro": "Tu pedido {order} ha llegado. Gracias por tu compra.",
    "delivered_part.subject": "Se ha entregado un paquete de tu pedido {order}",
    "delivered_part.headline": "Tu paquete se ha entregado",
    "delivered_part.intro": "Ha llegado un paquete de tu pedido {order}.",
    "delivery_problem.subject": "Problema con la entrega de tu pedido {order}",
    "delivery_problem.headline": "No se ha podido entregar tu paquete",
    "delivery_problem.intro": (
        "La empresa de transporte no ha podido entregar un paquete de tu pedido {order}. Normalmente lo "
        "intenta de nuevo o lo deja en un punto de recogida cercano."
    ),
    "return_accepted.subject": "Hemos aceptado la devolución de tu pedido {order}",
    "return_accepted.headline": "Hemos aceptado tu devolución",
    "return_accepted.intro": "Hemos aceptado la devolución de tu pedido {order}.",
    "return_rejected.subject": "No hemos podido aceptar la devolución de tu pedido {order}",
    "return_rejected.headline": "No hemos podido aceptar tu devolución",
    "return_rejected.intro": "Lo sentimos, no podemos aceptar la devolución de tu pedido {order}.",
    "refund.subject": "Reembolso de tu pedido {order}",
    "refund.headline": "Hemos realizado tu reembolso",
    "refund.intro": (
        "Te hemos reembolsado {amount} por tu pedido {order}. Según tu banco, el dinero puede tardar unos "
        "días en llegar."
    ),
    "payment_link.subject": "Pago de tu pedido {order}",
    "payment_link.headline": "Completa tu pago",
    "payment_link.intro": "Usa el siguiente enlace para pagar {amount} por tu pedido {order}.",
    "label": "{label}:",
    "order_number": "Número de pedido",
    "order_date": "Fecha del pedido",
    "items": "Artículos",
    "canceled_items": "Artículos cancelados",
    "quantity": "Cantidad",
    "line_total": "Importe",
    "shipping": "Envío",
    "discount": "Descuento",
    "total": "Total",
    "tax_contained": "El total incluye {amount} de impuestos.",
    "delivery_address": "Dirección de entrega",
    "carrier": "Empresa de transporte",
    "parcel": "Paquete {number} de {count}",
    "tracking_number": "Número de seguimiento",
    "track": "Seguir el paquete",
    "follow": "Ver el estado del pedido",
    "check_address": "Comprueba que esta dirección es correcta:",
    "pickup_place": "Lugar de recogida",
    "pickup_code": "Código de recogida",
    "pickup_until": "Disponible hasta el",
    "refund_follows": "Te reembolsaremos lo que ya hayas pagado por ello.",
    "refund_amount": "Importe reembolsado",
    "amount_due": "Importe pendiente",
    "pay": "Pagar ahora",
    "open_link": "Si el botón no funciona, abre esta dirección:",
}

COUNTED = {
    "further_items": {
        "one": "y {count} artículo más",
        "other": "y {count} artículos más",
    },
    "parcels": {
        "one": "Este envío consta de {count} paquete.",
        "other": "Este envío consta de {count} paquetes.",
    },
}

LOCALE = Locale(
    code="es",
    decimal_mark=",",
    group_mark=".",
    grouped_from=5,
    money="{sign}{number}\u00a0{symbol}",
    money_with_letters="{sign}{number}\u00a0{symbol}",
    symbols={
        "EUR": "€",
        "THB": "฿",
        "USD": "US$",
        "VND": "₫",
        "XCG": "Cg.",
        "XPF": "CFPF",
    },
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    date="{day} de {month} de {year}",
    time="{hour}:{minute:02}",
    moment="{date}, {time}",
    countries=COUNTRIES,
    texts=TEXTS,
    plural=one_or_other,
    counted=COUNTED,
)
