"""The published contract of the webhook: `docs/openapi.yaml`, made from the models that check every message.

`python -m tools.openapi` writes it; a test says when it is out of date.
"""

from pathlib import Path
from typing import Any, Final

import yaml
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from typing_extensions import override

from upominek.adapters.webhook.events import TYPES
from upominek.adapters.webhook.reading import MOST_EVENTS, MOST_PROBLEMS
from upominek.application.intake.receive_webhook import MOST_BYTES

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"
REF: Final = "#/components/schemas/{model}"

HEADERS: Final = {
    "webhook-id": ("Id of the message; the same for every retry of it.", {"type": "string", "maxLength": 128}),
    "webhook-timestamp": ("Seconds since 1970 at signing; at most five minutes off.", {"type": "string"}),
    "webhook-signature": ("One or more signatures `v1,<base64>`, separated by spaces.", {"type": "string"}),
}

DESCRIPTION: Final = f"""\
What an invoicing system tells Upominek, signed by [Standard Webhooks](https://www.standardwebhooks.com).

Events may come in any order and any number of times: `timestamp` says which of two is the newer, payments count by
their id. A message is taken as a whole or not at all. Unknown fields of `data` are refused; unknown fields beside
`type`, `timestamp` and `data` are ignored. A message has one event or a list of up to {MOST_EVENTS}, in at most
{MOST_BYTES >> 20} MiB.
"""

MESSAGE: Final = {
    "type": "object",
    "required": ["pl", "en"],
    "properties": {"pl": {"type": "string"}, "en": {"type": "string"}},
}
ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": MESSAGE},
        }
    },
}
ERRORS: Final = {
    "type": "object",
    "required": ["error", "errors"],
    "properties": {
        **ERROR["properties"],  # type: ignore[dict-item]
        "errors": {
            "type": "array",
            "maxItems": MOST_PROBLEMS,
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "format": "json-pointer",
                        "description": "Where in the message (RFC 6901); empty for the message as a whole.",
                        "examples": ["/0/data/debtor/phones/1"],
                    },
                    "code": {"type": "string", "examples": ["phone_invalid"]},
                    "message": MESSAGE,
                },
            },
        },
    },
}
ACCEPTED: Final = {
    "type": "object",
    "required": ["accepted", "outcome"],
    "properties": {
        "accepted": {"type": "integer", "description": "Number of events."},
        "outcome": {
            "type": "object",
            "description": "What became of them: new, changed, unchanged, cancelled, payments, holds, releases, notes; "
            "payments unmatched or proposed, which wait for a person; superseded by something newer, which stands.",
            "additionalProperties": {"type": "integer"},
        },
    },
}


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    mode: JsonSchemaMode = "validation"
    _, schema = models_json_schema([(model, mode) for model in TYPES.values()], ref_template=REF)
    schemas = schema["$defs"]
    event = {
        "oneOf": [{"$ref": REF.format(model=model.__name__)} for model in TYPES.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind: REF.format(model=model.__name__) for kind, model in TYPES.items()},
        },
    }
    schemas |= {"Event": event, "Accepted": ACCEPTED, "Error": ERROR, "Errors": ERRORS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Upominek webhook", "version": "1", "description": DESCRIPTION},
        "paths": {"/webhooks/{creditor}": {"post": _operation()}},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def text() -> str:
    """The document as it is published."""
    return yaml.dump(document(), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)


class _Plain(yaml.SafeDumper):
    """YAML for people: everything written out where it stands, long texts as blocks."""

    @override
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _block(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Plain.add_representer(str, _block)


def _operation() -> dict[str, Any]:
    creditor = {
        "name": "creditor",
        "in": "path",
        "required": True,
        "description": "Id of the creditor.",
        "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"},
    }
    headers = [
        {"name": name, "in": "header", "required": True, "description": description, "schema": schema}
        for name, (description, schema) in HEADERS.items()
    ]
    event = {"$ref": REF.format(model="Event")}
    body = {"oneOf": [event, {"type": "array", "minItems": 1, "maxItems": MOST_EVENTS, "items": event}]}
    return {
        "operationId": "receiveEvents",
        "summary": "Take in one event or several",
        "parameters": [creditor, *headers],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "202": _response("Everything is durable. A repetition is answered in the same way.", "Accepted"),
            "400": _response("One of the three headers is missing; which, is said.", "Error"),
            "401": _response(
                "Bad or outdated signature, or no such creditor: nobody learns which. What can be seen without the "
                "secret is told: `timestamp_malformed`, `signature_malformed`.",
                "Error",
            ),
            "405": _response("Only POST works here; the header `allow` says so.", "Error"),
            "409": _response("This `webhook-id` stands for another body, or a case is full (`item_full`).", "Error"),
            "413": _response("The message is too large.", "Error"),
            "422": _response("Something is wrong; nothing was taken in.", "Errors"),
            "503": _response("Try again with the same `webhook-id`.", "Error"),
        },
    }


def _response(description: str, model: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": REF.format(model=model)}}}
    return {"description": description, "content": content}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
