"""The run engine: plain values and async generators, with no Django and no network of its own."""
