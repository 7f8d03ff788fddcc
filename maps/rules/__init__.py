"""What maps mean: kinds, lines, groups. Plain functions on plain values."""
