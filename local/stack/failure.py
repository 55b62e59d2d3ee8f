"""What can go wrong around a stack, apart from what the product itself refuses."""


class LocalFailure(RuntimeError):
    """A program, a deployment or a stack did not do as asked; the text says what happened, in one sentence or two."""
