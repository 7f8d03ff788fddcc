"""Tests of plain functions and of the tests' own support; no app."""
