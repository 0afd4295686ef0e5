"""The only place that knows Lambda: settings, clients, wiring, events, logs."""
