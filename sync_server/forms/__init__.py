"""Forms as an office writes them: XLSForm in Excel or a Markdown table, made into a definition, with every fault
told."""

from sync_server.forms.compiling import Compiled, compile_form
from sync_server.forms.faults import Fault

__all__ = ["Compiled", "Fault", "compile_form"]
