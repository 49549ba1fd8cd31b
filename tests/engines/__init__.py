"""The real web app in WebKit, Firefox and Chromium, used as people use it: `python3 dev.py browsers`.

By touches at places of the window and by keys, without a semantics tree: Flutter takes input another way in when a
screen reader listens. Where things are and how they look when they are there tells a guide (`twin.py`): the same app in
Chromium, which goes through the same day beside it.
"""
