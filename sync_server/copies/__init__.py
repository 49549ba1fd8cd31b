"""The resident's copy 住户留底 behind the code that a worker's phone shows once somebody has signed (A.8, E, S).

Plain HTML for any phone's browser, without scripts and without an account. It says what the signed text says and
nothing more, whether that still is what is recorded, and it ends after a time that the company sets.
"""
