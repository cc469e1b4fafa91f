"""The pages of the rule editor, written once for two doors: the merchant's and the carrier's.

Not an audience: `merchant/rules.py` and `admin/rules.py` put `routes` on their blueprints.
"""
