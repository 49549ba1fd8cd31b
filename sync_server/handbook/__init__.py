"""Pages of the handbook as a company writes them (T2): Markdown files and workbooks, read into pages, every fault told
where it stands, in both languages. ``docs/handbook.md`` says what can be written."""

from sync_server.handbook.faults import Fault
from sync_server.handbook.pages import MOST_FILES, Compiled, Draft, File, compile_files
from sync_server.handbook.writing import as_files

__all__ = ["MOST_FILES", "Compiled", "Draft", "Fault", "File", "as_files", "compile_files"]
