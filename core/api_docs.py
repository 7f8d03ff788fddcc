"""The API's description as a page: plain HTML from the same OpenAPI document.

The usual viewers are a megabyte of script that wants inline styles; one of them brings a package
that reports home. A table serves the reader of an API better on a slow line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or property."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status; `shape`: the name of what is answered, empty for what is no JSON."""

    status: str
    text: str
    shape: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    answers: list[Answer]
    body_example: str = ""
    answer_example: str = ""

    @property
    def given(self) -> list[Answer]:
        """What comes when all is well."""
        return [one for one in self.answers if one.status < "4"]

    @property
    def refused(self) -> list[Answer]:
        """What else may come."""
        return [one for one in self.answers if one.status >= "4"]


@dataclass(frozen=True, slots=True)
class Described:
    """The whole page: what many operations answer alike is described once."""

    operations: list[Operation]
    refusals: list[Answer]
    shapes: dict[str, list[Field]]


def description_of(spec: Spec) -> Described:
    """An OpenAPI document as the page shows it."""
    found = operations(spec)
    refused: dict[tuple[str, str], Answer] = {}
    for one in (one for each in found for one in each.refused):
        key = (one.status, one.shape)
        # Some operations say no more than the name of the status.
        refused[key] = max(refused.get(key, one), one, key=lambda one: len(one.text))
    names = sorted({one.shape for each in found for one in each.answers if one.shape})
    shapes = {name: _fields(spec, {"$ref": f"{SCHEMAS}{name}"}) for name in names}
    return Described(found, [refused[key] for key in sorted(refused)], shapes)


def operations(spec: Spec) -> list[Operation]:
    """Every operation of an OpenAPI document, in its order."""
    return [
        _operation(spec, method, path, details)
        for path, item in spec["paths"].items()
        for method, details in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def _operation(spec: Spec, method: str, path: str, details: Spec) -> Operation:
    schema = _schema_of(details.get("requestBody", {}))
    return Operation(
        method=method.upper(),
        path=path,
        summary=details.get("summary", ""),
        description=details.get("description", ""),
        parameters=[_parameter(spec, p) for p in details.get("parameters", [])],
        body=_fields(spec, schema),
        answers=[
            _answer(spec, status, answer)
            for status, answer in sorted(details.get("responses", {}).items())
            if status.isdigit()
        ],
        body_example=_example(details.get("requestBody", {})),
        answer_example="".join(
            _example(_resolve(spec, answer))
            for status, answer in sorted(details.get("responses", {}).items())
            if status.startswith("20")
        ),
    )


def _example(part: Spec) -> str:
    """The example of a body as it would be sent; empty without one."""
    media: list[Spec] = list(part.get("content", {}).values())
    if not media or not media[0].get("example"):
        return ""
    example = media[0]["example"]
    return example if isinstance(example, str) else json.dumps(example, indent=2)


def _parameter(spec: Spec, given: Spec) -> Field:
    parameter = _resolve(spec, given)
    schema = parameter.get("schema", {})
    text = parameter.get("description") or schema.get("description", "")
    return Field(parameter["name"], _type(spec, schema), parameter.get("required", False), text)


def _answer(spec: Spec, status: str, given: Spec) -> Answer:
    answer = _resolve(spec, given)
    shape = _schema_of(answer).get("$ref", "").removeprefix(SCHEMAS)
    return Answer(status, answer.get("description", ""), shape)


def _schema_of(part: Spec) -> Spec:
    """The schema of a body, in whatever media type."""
    media: list[Spec] = list(part.get("content", {}).values())
    return media[0].get("schema", {}) if media else {}


def _fields(spec: Spec, given: Spec, prefix: str = "") -> list[Field]:
    """The properties of an object, those of the objects in it under `outer.inner`."""
    schema = _resolve(spec, given)
    found = []
    for name, inner in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        required = name in schema.get("required", [])
        found.append(Field(path, _type(spec, inner), required, inner.get("description", "")))
        if len(prefix) < 40:
            found += _fields(spec, _innermost(spec, inner), f"{path}.")
    return found


def _innermost(spec: Spec, given: Spec) -> Spec:
    """The object inside a list or a choice with null."""
    schema = _resolve(spec, given)
    if "items" in schema:
        return _innermost(spec, schema["items"])
    choices: list[Spec] = schema.get("anyOf") or schema.get("allOf") or []
    for choice in choices:
        if "$ref" in choice:
            return _resolve(spec, choice)
    return schema


def _type(spec: Spec, given: Spec) -> str:
    schema = _resolve(spec, given)
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"] if word is not None)
    kind = schema.get("type") or ("object" if "properties" in schema else "")
    kinds: list[str] = [kind] if isinstance(kind, str) else list(kind)
    if not kind and "anyOf" in schema:
        kinds = [_type(spec, choice) for choice in schema["anyOf"]]
    if "items" in schema:
        inner = _type(spec, schema["items"])
        return f"[{inner}]"
    return " | ".join(kinds)


def _resolve(spec: Spec, schema: Spec) -> Spec:
    while "$ref" in schema:
        found: Any = spec
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema
