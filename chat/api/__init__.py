"""The doors for programs, over the services and selectors that the pages use."""
