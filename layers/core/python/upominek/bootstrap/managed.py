"""What only managing a stack needs of AWS."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.settled import Settled

if TYPE_CHECKING:
    from upominek.adapters.aws.dead_letters import AwsDeadLetters
    from upominek.adapters.aws.queue_monitor import AwsQueueMonitor
    from upominek.adapters.aws.sending_log import CloudWatchSendingLog
    from upominek.adapters.aws.stack import LambdaPlanStarter


class Managed(Settled):
    """What only managing a stack needs of AWS."""

    @cached_property
    def dead_letters(self) -> "AwsDeadLetters":
        """What could not be processed."""
        from upominek.adapters.aws.dead_letters import AwsDeadLetters

        of = self.clients.of
        return AwsDeadLetters(of("sqs"), of("lambda"), of("logs"), self._stack.outputs)

    @cached_property
    def queue_monitor(self) -> "AwsQueueMonitor":
        """How the queues stand."""
        from functools import partial

        from upominek.adapters.aws.queue_monitor import AwsQueueMonitor
        from upominek.adapters.clock import real_time

        metrics = None if self._stack.is_embedded else partial(self.clients.of, "cloudwatch")
        return AwsQueueMonitor(self.clients.of("sqs"), metrics, self._stack.outputs, real_time)

    @cached_property
    def sending_log(self) -> "CloudWatchSendingLog":
        """What the sender says of its work."""
        from upominek.adapters.aws.sending_log import CloudWatchSendingLog

        return CloudWatchSendingLog(self.clients.of("logs"), self._output("SendReminderLogGroup"))

    @cached_property
    def plan_starter(self) -> "LambdaPlanStarter":
        """The deployed function that starts campaigns."""
        from upominek.adapters.aws.stack import LambdaPlanStarter

        return LambdaPlanStarter(self.clients.of("lambda"), self._output("StartPlansFunction"))
