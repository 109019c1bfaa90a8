"""The doors of programs to what is heard."""
