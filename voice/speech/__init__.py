"""Engines that understand what is said, and that speak what is written."""
