"""What is done with sounds."""
