"""Files that go out: no person stands in them."""
