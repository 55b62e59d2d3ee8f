"""DynamoDB's expressions without the bookkeeping of placeholders."""

from typing import Any

from upominek.adapters.aws.table.typed_json import encode


class Expression:
    """Placeholders, and the condition on which a write takes place.

    Attributes:
        condition: what must hold for a write to take place; built from `name` and `value`.
    """

    def __init__(self) -> None:
        self.condition: str | None = None
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self._clauses: dict[str, list[str]] = {}

    def name(self, *path: str) -> str:
        """The placeholder of an attribute, or of one within a map."""
        return ".".join(self._names.setdefault(part, f"#{len(self._names)}") for part in path)

    def value(self, value: object) -> str:
        """A placeholder for the value."""
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = encode(value)
        return placeholder

    def request(self) -> dict[str, Any]:
        """The parameters of the API."""
        request: dict[str, Any] = {}
        if self._clauses:
            request["UpdateExpression"] = " ".join(f"{verb} {', '.join(c)}" for verb, c in self._clauses.items())
        if self.condition is not None:
            request["ConditionExpression"] = self.condition
        if self._names:
            request["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in self._names.items()}
        if self._values:
            request["ExpressionAttributeValues"] = self._values
        return request


class Update(Expression):
    """What an update does to an item, and on which condition. What is read on its right side is the item as it was."""

    def set(self, attribute: str, value: object) -> None:
        """Set the attribute."""
        self.assign(attribute, self.value(value))

    def assign(self, attribute: str, expression: str) -> None:
        """Set the attribute to what an expression comes to."""
        self._clauses.setdefault("SET", []).append(f"{self.name(attribute)} = {expression}")

    def set_within(self, value: object, *path: str) -> None:
        """Set what stands within a map, which is there."""
        self._clauses.setdefault("SET", []).append(f"{self.name(*path)} = {self.value(value)}")

    def remove_within(self, *path: str) -> None:
        """Remove what stands within a map."""
        self._clauses.setdefault("REMOVE", []).append(self.name(*path))

    def remove(self, *attributes: str) -> None:
        """Remove the attributes."""
        self._clauses.setdefault("REMOVE", []).extend(self.name(attribute) for attribute in attributes)

    def add(self, value: object, *path: str) -> None:
        """Add a number to a number, or members to a set; what is not there begins as nothing."""
        self._clauses.setdefault("ADD", []).append(f"{self.name(*path)} {self.value(value)}")
