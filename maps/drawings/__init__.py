"""Drawings: folium documents and pictures, each one file that asks nobody for anything."""
