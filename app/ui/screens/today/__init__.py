"""今日: what somebody must do now."""
