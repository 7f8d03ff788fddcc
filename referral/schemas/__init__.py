"""What the API of referrals takes and gives, as marshmallow schemas."""
