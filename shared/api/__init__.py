"""The merchant API: who may, what is asked, what is answered. Knows HTTP, knows neither Lambda nor AWS."""
