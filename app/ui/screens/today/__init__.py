"""今日 (today): what a person must do now."""
