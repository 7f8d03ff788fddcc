"""Asking: from a draft to what is sent, to one agency or to several."""
