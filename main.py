"""The app's entry: `python main.py` opens it; servers and packaging tools take `main` from here."""

import flet as ft

from app.ui.main import main

__all__ = ["main"]

if __name__ == "__main__":
    ft.run(main, assets_dir="assets", no_cdn=True)
