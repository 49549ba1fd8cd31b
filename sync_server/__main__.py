"""`python -m sync_server`: the server's commands."""

from sync_server.cli import main

if __name__ == "__main__":
    main()
