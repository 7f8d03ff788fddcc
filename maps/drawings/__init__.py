"""Drawings: folium documents and SVG, each whole in itself and asking nobody for anything."""
