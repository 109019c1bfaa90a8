"""The doors by which programs and pages sign in."""
