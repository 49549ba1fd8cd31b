"""The page behind the card at a door (X, one-key call 一键呼唤): a resident scans it and says what is wanted.

It is plain HTML, made for any phone's browser: nothing of the app, nothing from other hosts, and it works without
scripts. It says nothing of who lives behind the door.
"""
