"""Turkish, made by `python -m local languages` from local/catalogues/tr.po and the CLDR: do not edit."""

from __future__ import annotations

from shared.notifications.countries.tr import COUNTRIES
from shared.notifications.locale import Locale, one_or_other

TEXTS = {
    "greeting": "Merhaba {name},",
    "greeting_without_name": "Merhaba,",
    "reply": "Sorunuz mu var? Bu e-postayı yanıtlamanız yeterli.",
    "why": "Bu e-postayı {merchant} mağazasından sipariş verdiğiniz için alıyorsunuz.",
    "order_received.subject": "{order} numaralı siparişinizi aldık",
    "order_received.headline": "Siparişiniz için teşekkür ederiz",
    "order_received.intro": "{order} numaralı siparişinizi aldık, gelişmeleri size bildireceğiz.",
    "canceled.subject": "{order} numaralı siparişiniz iptal edildi",
    "canceled.headline": "Siparişiniz iptal edildi",
    "canceled.intro": "{order} numaralı siparişiniz iptal edildi. Yapmanız gereken bir şey yok.",
    "canceled_part.subject": "{order} numaralı siparişinizin bir bölümü iptal edildi",
    "canceled_part.headline": "Siparişinizin bir bölümü iptal edildi",
    "canceled_part.intro": (
        "{order} numaralı siparişinizin bir bölümü iptal edildi. Diğer ürünlerde değişiklik yok."
    ),
    "preparing.subject": "{order} numaralı siparişiniz hazırlanıyor",
    "preparing.headline": "Siparişiniz hazırlanıyor",
    "preparing.intro": "{order} numaralı siparişinizi paketliyoruz. Yola çıktığında size haber vereceğiz.",
    "preparing_pickup.subject": "{order} numaralı siparişiniz hazırlanıyor",
    "preparing_pickup.headline": "Siparişiniz hazırlanıyor",
    "preparing_pickup.intro": (
        "{order} numaralı siparişinizi hazırlıyoruz. Teslim alabileceğiniz zaman size haber vereceğiz."
    ),
    "shipped.subject": "{order} numaralı siparişiniz yola çıktı",
    "shipped.headline": "Siparişiniz yola çıktı",
    "shipped.intro": "{order} numaralı siparişinizi kargoya verdik.",
    "shipped_part.subject": "{order} numaralı siparişinizin bir bölümü yola çıktı",
    "shipped_part.headline": "Siparişinizin bir bölümü yola çıktı",
    "shipped_part.intro": (
        "{order} numaralı siparişinizin bir bölümünü kargoya verdik. Diğer ürünler ayrı gönderilir."
    ),
    "tracking_changed.subject": "{order} numaralı siparişinizin kargo takip bilgileri",
    "tracking_changed.headline": "Kargonuzu takip edin",
    "tracking_changed.intro": "{order} numaralı siparişinizin güncel kargo takip bilgileri aşağıdadır.",
    "ready_for_pickup.subject": "{order} numaralı siparişiniz teslim alınmaya hazır",
    "ready_for_pickup.headline": "Teslim alınmaya hazır",
    "ready_for_pickup.intro": "{order} numaralı siparişinizi artık teslim alabilirsiniz.",
    "delivered.subject": "{order} numaralı siparişiniz teslim edildi",
    "delivered.headline": "Siparişiniz teslim edildi",
    "delivered.intro": (
        "{order} numaralı siparişiniz teslim edildi. Bizi tercih ettiğiniz için teşekkür ederiz."
    ),
    "delivered_part.subject": "{order} numaralı siparişinizin bir paketi teslim edildi",
    "delivered_part.headline": "Paketiniz teslim edildi",
    "delivered_part.intro": "{order} numaralı siparişinizin bir paketi teslim edildi.",
    "delivery_problem.subject": "{order} numaralı siparişiniz teslim edilemedi",
    "delivery_problem.headline": "Paketiniz teslim edilemedi",
    "delivery_problem.intro": (
        "Kargo firması, {order} numaralı siparişinizin bir paketini teslim edemedi. Genellikle yeniden "
        "denenir veya paket size yakın bir teslimat noktasına bırakılır."
    ),
    "return_accepted.subject": "{order} numaralı siparişinizin iadesi kabul edildi",
    "return_accepted.headline": "İade talebinizi kabul ettik",
    "return_accepted.intro": "{order} numaralı siparişiniz için iade talebinizi kabul ettik.",
    "return_rejected.subject": "{order} numaralı siparişinizin iadesi kabul edilemedi",
    "return_rejected.headline": "İade talebinizi kabul edemedik",
    "return_rejected.intro": "Maalesef {order} numaralı siparişiniz için iade talebinizi kabul edemiyoruz.",
    "refund.subject": "{order} numaralı siparişinizin para iadesi",
    "refund.headline": "Para iadeniz yapıldı",
    "refund.intro": (
        "{order} numaralı siparişiniz için {amount} tutarında para iadesi yaptık. Tutarın hesabınıza geçmesi "
        "bankanıza bağlı olarak birkaç gün sürebilir."
    ),
    "payment_link.subject": "{order} numaralı siparişinizin ödemesi",
    "payment_link.headline": "Ödemenizi tamamlayın",
    "payment_link.intro": (
        "{order} numaralı siparişiniz için {amount} tutarındaki ödemeyi aşağıdaki bağlantıdan yapabilirsiniz."
    ),
    "label": "{label}:",
    "order_number": "Sipariş numarası",
    "order_date": "Sipariş tarihi",
    "items": "Ürünler",
    "canceled_items": "İptal edilen ürünler",
    "quantity": "Adet",
    "line_total": "Tutar",
    "shipping": "Kargo",
    "discount": "İndirim",
    "total": "Toplam",
    "tax_contained": "Toplam tutara {amount} vergi dahildir.",
    "delivery_address": "Teslimat adresi",
    "carrier": "Kargo firması",
    "parcel": "Paket {number} / {count}",
    "tracking_number": "Takip numarası",
    "track": "Kargoyu takip et",
    "follow": "Sipariş durumunu gör",
    "check_address": "Lütfen bu adresin doğru olup olmadığını kontrol edin:",
    "pickup_place": "Teslim alma noktası",
    "pickup_code": "Teslim alma kodu",
    "pickup_until": "Son teslim alma tarihi",
    "refund_follows": "İptal edilen ürünler için ödediğiniz tutar iade edilecektir.",
    "refund_amount": "İade edilen tutar",
    "amount_due": "Ödenecek tutar",
    "pay": "Şimdi öde",
    "open_link": "Düğme çalışmazsa şu adresi açın:",
}

COUNTED = {
    "further_items": {
        "one": "{count} ürün daha",
        "other": "{count} ürün daha",
    },
    "parcels": {
        "one": "Bu gönderi {count} paketten oluşuyor.",
        "other": "Bu gönderi {count} paketten oluşuyor.",
    },
}

LOCALE = Locale(
    code="tr",
    decimal_mark=",",
    group_mark=".",
    grouped_from=4,
    money="{sign}{symbol}{number}",
    money_with_letters="{sign}{symbol}\u00a0{number}",
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
        "TRY": "₺",
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
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ),
    date="{day} {month} {year}",
    time="{hour:02}:{minute:02}",
    moment="{date} {time}",
    countries=COUNTRIES,
    texts=TEXTS,
    plural=one_or_other,
    counted=COUNTED,
)
