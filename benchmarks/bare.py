"""The least that Flask can do: what the server and the framework cost by themselves."""

from __future__ import annotations

from flask import Flask, request

app = Flask(__name__)


@app.post("/api/v1/find")
def answer() -> dict[str, bool]:
    """A constant; what was sent is read, because a server may close what is left unread."""
    request.get_data()
    return {"ok": True}
