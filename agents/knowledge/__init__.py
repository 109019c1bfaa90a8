"""What agents know besides what they were told: the seam to a knowledge base. It has no source as yet."""
