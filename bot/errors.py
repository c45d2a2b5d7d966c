"""Every error that Askwell raises on purpose: one root, one subclass for each situation."""

from __future__ import annotations

EXPLAINED = 3
"""Exit code of a process that cannot do its work and has said why in the last line of its standard output."""


class AskwellError(Exception):
    """Something Askwell can explain; its text is fit to be shown to whoever caused it."""


class BrokenSettingError(AskwellError):
    """An environment variable or a line of `.env` cannot be used."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be used: {reason}. Correct it in the environment or in .env.")


class PortInUseError(AskwellError):
    """Another program listens where web is to listen."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is in use. Stop what uses it, or choose another with ASKWELL_PORT.")


class BrokenAnswerFileError(AskwellError):
    """A file below data/answers cannot be loaded."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


class BrokenDataFileError(AskwellError):
    """A file below data/ other than an answer cannot be used."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


class AnswerNotFoundError(AskwellError):
    """No answer has this id."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(f"There is no answer called {answer_id}. See: ./askwell answers list")


class UnknownConversationError(AskwellError):
    """The conversation does not exist, or the token is not its token; callers cannot tell which."""

    def __init__(self) -> None:
        super().__init__("This conversation is not known, or the token does not belong to it.")


class MessageNotFoundError(AskwellError):
    """The conversation has no message of this id."""

    def __init__(self) -> None:
        super().__init__("This conversation has no such message.")


class NotAnAnswerError(AskwellError):
    """Something that only an answer has was said of another message."""

    def __init__(self) -> None:
        super().__init__("This message is not an answer.")


class UnknownCodeError(AskwellError):
    """No conversation has this private code."""

    def __init__(self) -> None:
        super().__init__("No conversation has this code. Please check it. A newer code replaces an older one.")


class UnknownReceiptError(AskwellError):
    """No deletion has this receipt."""

    def __init__(self, receipt_id: object) -> None:
        super().__init__(f"There is no receipt {receipt_id}: nothing was deleted under this number.")


class BrokenReceiptsError(AskwellError):
    """A file of receipts has a line that is none."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where}: not a receipt as ./askwell privacy receipts prints it")


class TooManyRequestsError(AskwellError):
    """More requests of one kind than an address may send."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        """Seconds."""
        super().__init__(f"Too many requests came from where you are. Please try again in {retry_after} seconds.")


class MessageConflictError(AskwellError):
    """A client message id was used again with another body."""

    def __init__(self) -> None:
        super().__init__("A message with this id was already received with other words.")


class MessageTooLongError(AskwellError):
    """The message holds more characters than a patient may send at once."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A message can hold up to {limit:,} characters. Please shorten it or send it in parts.")


class ChoiceNotOfferedError(AskwellError):
    """The client sent a choice that the server did not issue in this conversation."""

    def __init__(self) -> None:
        super().__init__("This choice was not offered in this conversation.")


class ReportFieldError(AskwellError):
    """A field of a report cannot be taken; `field` is its name."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class ReportFieldMissingError(ReportFieldError):
    """A field that a report needs is empty."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "This is needed. A few words are enough.")


class ReportFieldTooLongError(ReportFieldError):
    """A field of a report holds more characters than it may."""

    def __init__(self, field: str, limit: int) -> None:
        super().__init__(field, f"This can hold up to {limit:,} characters. Please shorten it.")


class ReportOptionUnknownError(ReportFieldError):
    """A choice in a report is none of its options."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "This is none of the options.")


class ReportFieldUnknownError(ReportFieldError):
    """A report has a field that the form does not have; its name is the client's, and is not repeated."""

    def __init__(self) -> None:
        super().__init__("fields", "The form does not have one of these fields.")


class ReportConflictError(AskwellError):
    """A client's id for a report was used again with another body."""

    def __init__(self) -> None:
        super().__init__("A report with this id was already received with other words.")


class ReportNotFoundError(AskwellError):
    """The conversation has no report with this reference."""

    def __init__(self) -> None:
        super().__init__("There is no report with this reference here.")


class TooManyReportsError(AskwellError):
    """A conversation sent more reports than it may; whom to call instead must be said with it."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Several reports came from this chat just now. The team has those; this one was not sent.")
        self.retry_after = retry_after
        """Seconds until the next one may be sent."""


class BrainUnavailableError(AskwellError):
    """The brain is down, slow, or answered nothing."""


class IllegalTransitionError(AskwellError):
    """A handoff cannot go from its present state to the wanted one."""

    def __init__(self, old: str, new: str) -> None:
        claim = " Claim it first." if old == "waiting" and new in {"answered", "resolved"} else ""
        super().__init__(f"A handoff that is {old} cannot become {new}.{claim}")


class UnknownHandoffError(AskwellError):
    """No handoff that the caller may see has this reference."""

    def __init__(self) -> None:
        super().__init__("There is no handoff with this reference.")


class MoreToShareError(AskwellError):
    """The patient agreed to share less than the handoff holds by now."""

    def __init__(self) -> None:
        super().__init__("More was written since this was shown. Look at what would be shared again.")


class AlreadyClaimedError(AskwellError):
    """Another member of staff has the handoff."""

    def __init__(self, reference: str, taken_by: str | None) -> None:
        super().__init__(f"{reference} is taken already: {taken_by} has it. To take it over, return it first.")


class NotHeldError(AskwellError):
    """Only who has a handoff may reply to it."""

    def __init__(self, reference: str, name: str) -> None:
        super().__init__(f"{name} does not have {reference}: claim it before you reply.")


class UnusableNameError(AskwellError):
    """A name cannot be shown to patients as who replies."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A name is one line of 1 to {limit} characters.")


class EmptyReplyError(AskwellError):
    """A member of staff sent no words."""

    def __init__(self) -> None:
        super().__init__("There are no words to send.")


class DatabaseNotPreparedError(AskwellError):
    """The database has no tables, or those of another version."""

    def __init__(self) -> None:
        super().__init__("The database does not have the tables of this version yet. Run: ./askwell prepare")


class DatabaseUnreachableError(AskwellError):
    """The database does not answer."""

    def __init__(self) -> None:
        super().__init__("The database cannot be reached. See: ./askwell doctor")


class NotRunningError(AskwellError):
    """Nothing answers where web should."""

    def __init__(self) -> None:
        super().__init__("Askwell is not running here. Start it with: make run")


class ModelMissingError(AskwellError):
    """There is no trained model to serve."""

    def __init__(self, reason: str = "There is no trained model yet. Run: ./askwell train") -> None:
        super().__init__(reason)


class UnusableModelError(ModelMissingError):
    """There is a trained model, and it cannot be loaded; the reason comes from the brain."""


class ModelUnfitError(AskwellError):
    """A model cannot serve, because other code trained it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was trained by another version of Askwell and cannot serve. Run: ./askwell train")


class UnknownModelError(AskwellError):
    """No model has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no model called {name}. See: ./askwell models list")


class ModelRefusedError(AskwellError):
    """A new model did not pass the gate."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} does not serve: {reason}. The model before it serves on.")


class SheetChangedError(AskwellError):
    """A prep sheet was saved over a version that somebody else has changed since."""

    def __init__(self) -> None:
        super().__init__("The sheet was changed in another place. Read it again; nothing was overwritten.")


class UnknownPartError(AskwellError):
    """A prep sheet has no such part, question or statement."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: the prep sheet has nothing of this name.")


class SheetFullError(AskwellError):
    """A list of questions holds as many as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The list can hold up to {limit} questions. Take one off to add another.")


class PdfUnavailableError(AskwellError):
    """A PDF cannot be made here, or not now."""


class MailUnavailableError(AskwellError):
    """A mail cannot be sent here, or not now."""


class TooManyMailsError(AskwellError):
    """A conversation asked for more mails than it may."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("The sheet was mailed several times just now. Please try again later, or print it.")
        self.retry_after = retry_after
        """Seconds until the next one may be asked for."""
