"""What people with a role ask for in chat, and what becomes of it: one file per theme."""
