"""What is read, said and kept of a referral."""
