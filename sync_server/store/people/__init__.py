"""Staff: accounts, devices, one-time codes, rights, and what somebody who leaves has open."""
