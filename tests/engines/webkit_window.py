"""A window of WebKit with a profile that stays, for WebKitWebDriver: `webkit_window.py PROFILE WIDTHxHEIGHT`.

Run by the system's own Python, which has the bindings. WebKit's private file system and its writable files are switched
on here: iPhones have them, this port not yet by itself.
"""

import sys
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

WANTED = ("FileSystem", "StorageAPI", "StorageAPIEstimate", "FileSystemWritableStream", "AccessHandle")
profile, size = sys.argv[1:3]
width, height = map(int, size.split("x"))
manager = WebKit2.WebsiteDataManager(base_data_directory=profile + "/data", base_cache_directory=profile + "/cache")
context = WebKit2.WebContext.new_with_website_data_manager(manager)
context.set_automation_allowed(True)
context.set_preferred_languages(["zh-CN"])


def settings() -> Any:
    """Return WebKit's settings with what an iPhone has."""
    made = WebKit2.Settings()
    made.set_enable_write_console_messages_to_stdout(True)
    features = WebKit2.Settings.get_all_features()
    for feature in map(features.get, range(features.get_length())):
        if feature.get_identifier() in WANTED:
            made.set_feature_enabled(feature, True)
    return made


def view(_session: Any) -> Any:
    """Return the one view, in its window."""
    made = WebKit2.WebView(web_context=context, settings=settings(), is_controlled_by_automation=True)
    window = Gtk.Window()
    window.set_default_size(width, height)
    window.set_decorated(False)
    window.add(made)
    window.show_all()
    made.grab_focus()
    made.connect("web-process-terminated", lambda _view, why: print("WEB PROCESS TERMINATED", why, flush=True))
    window.connect("destroy", lambda *_: Gtk.main_quit())
    return made


def started(_context: Any, session: Any) -> None:
    """WebKitWebDriver has found this program."""
    about = WebKit2.ApplicationInfo()
    about.set_name("webkit_window")
    about.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(about)
    session.connect("create-web-view", view)


context.connect("automation-started", started)
Gtk.main()
