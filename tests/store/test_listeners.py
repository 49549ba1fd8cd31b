"""Who is told, and until when."""

from __future__ import annotations

from app.store.listeners import Listeners


def test_each_subscription_ends_by_itself() -> None:
    heard: list[str] = []
    listeners: Listeners[str] = Listeners()
    first = listeners.subscribe(heard.append)
    listeners.subscribe(heard.append)
    first()
    first()
    listeners.tell("once")
    assert heard == ["once"]


def test_one_may_end_itself_while_all_are_told() -> None:
    heard: list[str] = []
    listeners: Listeners[str] = Listeners()

    def only_once(said: str) -> None:
        heard.append(f"only {said}")
        end()

    end = listeners.subscribe(only_once)
    listeners.subscribe(heard.append)
    listeners.tell("this")
    listeners.tell("that")
    assert heard == ["only this", "this", "that"]
