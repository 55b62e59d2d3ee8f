"""What is reached outside of the table: queues, files, secrets, texts and the typesetter."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.settled import Settled

if TYPE_CHECKING:
    from upominek.adapters.aws.files import S3FileStore
    from upominek.adapters.aws.manifests import S3ManifestStore
    from upominek.adapters.aws.queues import SqsQueues
    from upominek.adapters.aws.secrets import AwsSecretStore
    from upominek.adapters.formats.known import KnownFormats
    from upominek.adapters.letters.typesetting import TypstTypesetter
    from upominek.adapters.texts.renderer import TemplateRenderer


class Outside(Settled):
    """What is reached outside of the table: queues, files, secrets, texts and the typesetter."""

    @cached_property
    def queues(self) -> "SqsQueues":
        """The queues, as far as the settings name them."""
        from upominek.adapters.aws.queues import SqsQueues

        return SqsQueues(self.clients.sqs, self.settings)

    @cached_property
    def files(self) -> "S3FileStore":
        """The bucket."""
        from upominek.adapters.aws.files import S3FileStore

        return S3FileStore(self.clients.s3, self._needed("bucket_name"))

    @cached_property
    def formats(self) -> "KnownFormats":
        """Formats of files that come in."""
        from upominek.adapters.formats.known import KnownFormats

        return KnownFormats()

    @cached_property
    def manifests(self) -> "S3ManifestStore":
        """Which reminders each day's runs put on the outbox."""
        from upominek.adapters.aws.manifests import S3ManifestStore

        return S3ManifestStore(self.clients.uploads, lambda: self.clients.s3, self._needed("bucket_name"))

    @cached_property
    def secrets(self) -> "AwsSecretStore":
        """Webhook secrets."""
        from upominek.adapters.aws.secrets import AwsSecretStore

        return AwsSecretStore(self.clients.secretsmanager, self._needed("webhook_secret_prefix"))

    @cached_property
    def renderer(self) -> "TemplateRenderer":
        """Texts."""
        from upominek.adapters.texts.renderer import TemplateRenderer

        return TemplateRenderer()

    @cached_property
    def typesetter(self) -> "TypstTypesetter":
        """Letters as PDF."""
        from upominek.adapters.letters.typesetting import TypstTypesetter

        return TypstTypesetter(self.renderer)
