"""Simulated channels: they behave as their contracts say, with faults on request. Never deployed."""
