"""The forms with which an agency keeps its own entry: one small form for each part."""

from agencies.forms.entry.form import EntryForm, editable_parts

__all__ = ["EntryForm", "editable_parts"]
