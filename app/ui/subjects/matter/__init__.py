"""The screens of matters 来人来电来访, what people say to the company: the register, a matter's page, and its steps
(C)."""
