"""The languages of mails and pages: catalogues for translators in, tables for what is deployed out.

``local/catalogues/de.po`` is German, for any tool that edits gettext catalogues. ``python -m local
languages`` brings every catalogue up to the English. From them and from the Unicode CLDR, as Babel has it, it
makes modules in ``shared/notifications/locales`` and ``countries``, and in ``shared/pages/texts``. Only this
room imports Babel.
"""
