"""Tickets 工单 in the store: their tables, their numbers, and what other systems see of them."""
