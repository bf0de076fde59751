"""The columns of a question with a term. Each subject has a table of its own and its own triggers."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.clock import local_date
from procurement.hearings import rules


class Hearing:
    """Who asked what, until when an answer counts, and the answer. No row of its own."""

    question: Mapped[str]
    answer_until: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]

    @property
    def last_day(self) -> date:
        """The last whole day to answer: the term ends at a midnight in Amsterdam."""
        return local_date(self.answer_until - timedelta(seconds=1))

    def is_heard(self, at: datetime) -> bool:
        """Whether it was answered, or the time for it is over."""
        return self.answered_at is not None or at >= self.answer_until

    def take_answer(self, answer: str, user_id: int, at: datetime) -> None:
        """Keep the answer.

        Raises:
            AnsweredBefore, TermEnded; TextTooShort: at the field `answer`.
        """
        rules.check_open(answered_at=self.answered_at, answer_until=self.answer_until, at=at)
        self.answer = rules.check_text(answer, "answer")
        self.answered_by_id, self.answered_at = user_id, at


def hearing_checks() -> tuple[CheckConstraint, ...]:
    """The constraints that go with the columns."""
    return (
        CheckConstraint(f"length(question) >= {rules.LEAST_TEXT}", name="question"),
        CheckConstraint("answer_until > asked_at", name="term"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer = '')"
            f" AND (answered_at IS NULL OR length(answer) >= {rules.LEAST_TEXT} AND answered_at < answer_until)",
            name="answered",
        ),
    )
