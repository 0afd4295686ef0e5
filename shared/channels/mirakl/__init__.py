"""Mirakl: the marketplaces that run on it (MMP seller API), one adapter for every operator."""
