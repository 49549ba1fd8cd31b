"""How training and assessment 培训考核 are shown."""
