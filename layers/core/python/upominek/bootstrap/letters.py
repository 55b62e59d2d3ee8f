"""Letters made, gathered and kept."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.sending import Sending

if TYPE_CHECKING:
    from upominek.application.letters.make_letters import MakeLetters
    from upominek.application.letters.print_letters import PrintLetters
    from upominek.application.letters.show_letters import RecordLetter, ShowLetters
    from upominek.application.letters.write_letter import WriteLetter


class Letters(Sending):
    """Letters made, gathered and kept."""

    @cached_property
    def make_letters(self) -> "MakeLetters":
        """One item of the lane of letters."""
        from upominek.application.letters.attach_letter import AttachLetter
        from upominek.application.letters.make_letters import MakeLetters
        from upominek.domain.values.channel import Channel

        prepare = self._preparing(typesetter=self.typesetter)
        return MakeLetters(
            queues=self.queues,
            attach=AttachLetter(
                clock=self.clock,
                creditors=self.creditors,
                texts=self.texts,
                queues=self.queues,
                prepare=prepare,
                typesetter=self.typesetter,
                keep=self.store_letter,
            ),
            post=self._sender(prepare, self._paces(Channel.LETTER), post=self.post),
        )

    @cached_property
    def print_letters(self) -> "PrintLetters":
        """The day's letters in batches."""
        from upominek.adapters.formats.csv.writing import csv_blocks
        from upominek.adapters.letters.joining import join
        from upominek.application.letters.print_letters import PrintLetters

        return PrintLetters(
            creditors=self.creditors,
            letters=self.letters,
            files=self.files,
            clock=self.clock,
            join=join,
            write_table=csv_blocks,
        )

    @cached_property
    def write_letter(self) -> "WriteLetter":
        """One letter of a case."""
        from upominek.application.letters.write_letter import WriteLetter

        return WriteLetter(
            creditors=self.creditors,
            cases=self.cases,
            rates=self.rates,
            texts=self.texts,
            typesetter=self.typesetter,
            clock=self.clock,
        )

    @cached_property
    def show_letters(self) -> "ShowLetters":
        """Letters that were made."""
        from upominek.application.letters.show_letters import ShowLetters

        return ShowLetters(self.creditors, self.cases, self.letters, self.files)

    @cached_property
    def record_letter(self) -> "RecordLetter":
        """Letters made by hand, kept."""
        from upominek.application.letters.show_letters import RecordLetter

        return RecordLetter(self.cases, self.store_letter, self.clock)
