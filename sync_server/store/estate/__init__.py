"""Reference data of the estate: importing workbooks and registers, what phones get of them, and tags."""
