"""A ticket 工单 to people: its face, its page, and the screens of its steps."""
