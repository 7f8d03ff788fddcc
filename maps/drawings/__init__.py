"""Pictures of what was found: SVG, drawn on the server."""
