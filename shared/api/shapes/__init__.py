"""The shapes of answers, as typed dictionaries: checked where they are built, described in docs/openapi.json.

Every field is always there; null means that there is none. Words are those of
:mod:`shared.orders.statuses`. New fields may come with any release: readers ignore what they do not know.
"""
