"""Mail coming in: how fast, and what it costs the service meanwhile."""
