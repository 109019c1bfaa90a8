"""What agents know besides what they were told: reading documents, searching, the seam to other sources."""
