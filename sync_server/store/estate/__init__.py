"""Reference data of the estate: workbooks and registers that come in, what phones get of them, and tags."""
