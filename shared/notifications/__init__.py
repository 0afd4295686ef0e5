"""What a customer gets: the kinds of mail, their words in each language, the request to send one.

Pure but for ``mailer``: stored data in, a request for Amazon SES out. ``render`` and what overrides it alone
import Jinja2 (35 ms of a cold start); who only needs an address checked or a kind looked up does not pay
for it.
"""
