"""What the office may change of a campaign's files while it runs, and how. Everything here is pure."""
