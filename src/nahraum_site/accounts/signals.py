"""What happened, told to whoever keeps the log (``records`` listens; this slice does not know it)."""

from django.dispatch import Signal

#: Sent inside the transaction of the write. Arguments: ``actor`` (User or None), ``action`` (key), ``thing`` (model
#: instance), ``before`` and ``after`` (mappings without secrets).
written = Signal()
