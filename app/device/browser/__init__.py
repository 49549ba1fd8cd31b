"""The adapters for Python inside a browser. Imported only there; ``js`` and ``pyodide`` exist nowhere else."""
