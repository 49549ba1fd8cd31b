"""Starting anew in a newer version of the web app, which the page's service worker has fetched."""

from __future__ import annotations


async def start_newer() -> bool:
    """Look for a newer version and start anew in it; ``False`` when none lies ready or another window is open."""
    import shangmen_page

    await shangmen_page.ask("check-update")
    return bool(await shangmen_page.ask("restart"))
