"""Staff: accounts, devices, one-time codes, rights, and what people who leave still have open."""
