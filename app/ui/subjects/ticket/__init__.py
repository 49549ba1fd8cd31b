"""The screens of tickets 工单: how one is shown, its page, and the steps."""
