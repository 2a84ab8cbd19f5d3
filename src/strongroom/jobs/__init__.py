"""Durable jobs: work that outlives the process that does it."""
