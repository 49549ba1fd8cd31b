"""The screens of keys 钥匙 and lent things: how one is shown, the list, and the steps."""
