"""The screens of jobs 工作单: sending one, its page and steps, the list, and breaches of the rules (B)."""
