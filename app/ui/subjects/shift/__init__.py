"""How hand-overs of shifts 交接班 are shown."""
