// The durable storage of the app: the browser's private file system, mounted before Python's main.py runs.

/** Begins before Python is there: what is returned is handed to `mount`. */
export async function prepare() {
  return navigator.storage.getDirectory();
}

/** Mounts the storage at `place`. */
export async function mount(python, place, directory) {
  await python.mountNativeFS(place, directory);
}
