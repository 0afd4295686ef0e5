"""What the API shows. The shapes are in :mod:`shared.api.shapes`.

Amounts are text in major units ("12.50"), times are UTC. The customer is shown with the order itself and
nowhere else.
"""
