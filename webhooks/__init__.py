"""Webhooks: addresses that are told what happens in their person's conversations."""
