"""Gaps: how far it is, from everywhere, to the nearest who would really take somebody.

`ground` lays cells over the area of interest; `takers` asks find's own rules once for each need and
kind of person; `reach` finds the nearest for every cell; `worst` and `districts` put it in words'
way; `demand` reads what is published of how many ask.
"""
