"""Other sync stacks on the same data, on the same machine, in the same run: PouchDB, Kinto, and the bare floor."""
