"""The form of a referral: kept as it is typed, read into facts, a wanted referral and a basis."""
