"""The doors for programs to agents, over the services and selectors that the pages use."""
