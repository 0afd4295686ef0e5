"""Amazon: the marketplaces, by the Selling Partner API."""
