"""The domain: what an order can be and what each change causes. No AWS, no clock, no environment."""
