"""Cases 表单记录 in the store."""
