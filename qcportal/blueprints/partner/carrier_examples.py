"""One payload per carrier's format, as the OpenAPI document shows them."""

from typing import Any

_DELHIVERY: dict[str, Any] = {
    "shipments": [
        {
            "order": "RET-51263811",
            "waybill": "1490820001124",
            "name": "Meera Joshi",
            "add": "12 Lake Road",
            "city": "Pune",
            "state": "Maharashtra",
            "pin": "411014",
            "phone": "9820000000",
            "payment_mode": "Pickup",
            "qc_type": "param",
            "custom_qc": [
                {
                    "item": "STR-RUN-9-BLU",
                    "description": "Stryda running shoe",
                    "images": ["https://cdn.stryda.example/run-blue.jpg"],
                    "return_reason": "Size too small",
                    "quantity": 1,
                    "brand": "Stryda",
                    "product_category": "Shoes",
                    "questions": [
                        {
                            "questions_id": "Which colour is the shoe?",
                            "type": "multi",
                            "options": ["Blue", "Black"],
                            "value": ["Blue"],
                            "required": True,
                            "ques_images": [],
                        }
                    ],
                }
            ],
        }
    ]
}
_SHADOWFAX: dict[str, Any] = {
    "client_order_number": "HRW-77120",
    "client_request_id": "HRW-77120-R1",
    "address_attributes": {
        "name": "Meera Joshi",
        "phone_number": "9820000000",
        "address_line": "12 Lake Road",
        "city": "Pune",
        "pincode": "411014",
    },
    "skus_attributes": [
        {
            "name": "Harrow oxford shirt",
            "client_sku_id": "HRW-OX-WHT-L",
            "price": 1499,
            "brand": "Harrow",
            "category": "Shirts",
            "return_reason": "Did not like it",
            "qc_required": True,
            "qc_rules": [{"question": "Is the price tag on it?", "is_mandatory": True}],
            "additional_details": {"quantity": 1, "size": "L", "color": "White"},
        }
    ],
}
_SHIPROCKET: dict[str, Any] = {
    "order_id": "R-9912",
    "order_date": "2026-11-20",
    "pickup_customer_name": "Meera",
    "pickup_last_name": "Joshi",
    "pickup_address": "12 Lake Road",
    "pickup_city": "Pune",
    "pickup_state": "Maharashtra",
    "pickup_pincode": 411014,
    "pickup_phone": "9820000000",
    "order_items": [
        {
            "name": "Fern steel bottle",
            "sku": "FRN-BTL-GRN",
            "units": 1,
            "selling_price": 799,
            "return_reason": "Damaged",
            "qc_enable": True,
            "qc_color": "Green",
            "qc_brand": "Fern",
            "qc_product_image": "https://cdn.fern.example/bottle-green.png",
            "qc_used_check": 1,
            "qc_check_damaged_product": "yes",
        }
    ],
}
EXAMPLES = {
    "delhivery": {"summary": "Delhivery RVP QC", "value": _DELHIVERY},
    "shadowfax": {"summary": "Shadowfax reverse pickup", "value": _SHADOWFAX},
    "shiprocket": {"summary": "Shiprocket return order", "value": _SHIPROCKET},
}
