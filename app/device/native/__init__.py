"""What a packaged app has of its phone: Flet's plug-ins, which only such an app carries (docs/native.md)."""
