// The durable storage of the app in a browser, below Python: which tab may open it, and where files really lie.
//
// Imported by the worker that runs Python: `prepare` and `mount` before Python starts, `self.shangmenStorage` for
// app/device/browser. Two stores, both in the origin-private file system:
//
// "direct"  Every file under the mount is an open sync access handle: what SQLite writes and flushes goes to the file
//           at once, page by page, and a commit is durable when it returns. Needs only createSyncAccessHandle (every
//           browser of today, iOS Safari too). Opening a handle is asynchronous while Python's open() is not, so a few
//           spare files are held open and are given their names when they are used.
// "copied"  The files live in memory; settle() writes those that changed as a whole, each atomically. For browsers
//           that have createWritable but no access handles; it costs what the database weighs.
//
// One tab at a time: a Web Lock, taken before any file is opened.

const LOCK = "shangmen.data";
const FOLDER = { direct: "shangmen-direct", copied: "shangmen-copied" };
const SETTING = "shangmen-store"; // a file in which somebody set "direct" or "copied"
const GOING_MS = 1500; // how long a page that was left or reloaded may take to let go
const OPEN_MS = 8000; // how long another tab may take to close its files
const SPARE = 6; // files that can be made at once when the app has just started
const MANY_SPARE = 24; // and a moment later: a save may hold many pictures
const MOST_SPARE = 32;
const DAMAGED = "damaged"; // where files go that say no more whose they are
const SLOT = 2048; // a file begins with two slots that say whose it is; the newer whole one counts
const HEAD = 2 * SLOT;
const MAGIC = 0x53484d31;
const TRIAL = "shangmen-room"; // a file that grows for a moment, to learn whether there is room
const TRIALS = 8; // how often what it asks for is halved
const EIO = 29, EINVAL = 28, ENODEV = 43, ENOENT = 44, ENOSPC = 51, ENOTEMPTY = 55, EPERM = 63;

const CRC = new Uint32Array(256).map((_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function readSlot(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 12 || view.getUint32(0) !== MAGIC) return null;
  const length = view.getUint32(4);
  if (length > SLOT - 12 || length + 12 > bytes.byteLength) return null;
  const text = bytes.subarray(12, 12 + length);
  return crc32(text) === view.getUint32(8) ? JSON.parse(new TextDecoder().decode(text)) : null;
}

function makeSlot(said) {
  const text = new TextEncoder().encode(JSON.stringify(said));
  if (text.length > SLOT - 12) throw new RangeError("path too long");
  const bytes = new Uint8Array(SLOT);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, text.length);
  view.setUint32(8, crc32(text));
  bytes.set(text, 12);
  return bytes;
}

const full = () => new DOMException("no room", "QuotaExceededError");

// A write that did not take everything: browsers throw, or say how much they took, or (Chromium in a private window)
// return the number of an error, which is larger than anything written.
function put(access, bytes, at) {
  if (access.write(bytes, { at }) !== bytes.byteLength) throw full();
}

// Grows where it needs to; browsers throw when there is no room, or leave the file as it was.
function truncate(access, size) {
  access.truncate(size);
  if (access.getSize() !== size) throw full();
}

// -- the direct store ----------------------------------------------------------------------------

class DirectFile {
  constructor(store, name, access) {
    this.store = store;
    this.entry = name;
    this.access = access;
    this.path = "";
    this.gen = 0;
    this.slot = 0;
    this.dirty = false;
    this.size = Math.max(0, access.getSize() - HEAD);
    for (const slot of [0, 1]) {
      const bytes = new Uint8Array(SLOT);
      const said = readSlot(bytes.subarray(0, access.read(bytes, { at: slot * SLOT })));
      if (said && said.gen > this.gen) [this.path, this.gen, this.slot] = [said.path, said.gen, slot];
    }
  }

  // Says whose the file is, into the slot that does not count at present: a torn write leaves the one before. Then into
  // the other one, too: a slot that goes bad later takes no file away.
  name(path) {
    const slot = this.slot ^ 1;
    const gen = ++this.store.gen;
    const said = makeSlot({ path, gen });
    put(this.access, said, slot * SLOT);
    this.access.flush();
    [this.path, this.gen, this.slot] = [path, gen, slot];
    put(this.access, said, (slot ^ 1) * SLOT);
  }

  free() {
    this.name("");
    this.resize(0);
    this.store.spare.push(this);
  }

  resize(size) {
    this.store.flushPartner(this.path);
    truncate(this.access, HEAD + size);
    this.size = size;
    this.dirty = true;
  }

  read(into, at) {
    return at >= this.size ? 0 : this.access.read(into, { at: HEAD + at });
  }

  write(from, at) {
    this.store.flushPartner(this.path);
    this.dirty = true;
    try {
      put(this.access, from, HEAD + at);
    } catch (error) {
      this.size = Math.max(0, this.access.getSize() - HEAD); // some of it may be there
      throw error;
    }
    this.size = Math.max(this.size, at + from.byteLength);
    return from.byteLength;
  }

  flush() {
    if (!this.dirty) return;
    this.access.flush();
    this.dirty = false;
    this.store.flushes++;
  }
}

class DirectStore {
  constructor() {
    this.kind = "direct";
    this.gen = 0;
    this.flushes = 0;
    this.named = new Map();
    this.spare = [];
    this.filling = Promise.resolve();
    this.closed = false;
  }

  async open() {
    const root = await navigator.storage.getDirectory();
    this.folder = await root.getDirectoryHandle(FOLDER.direct, { create: true });
    const handles = [];
    for await (const handle of this.folder.values()) handles.push(handle);
    const files = [];
    try {
      for (const handle of handles) files.push(new DirectFile(this, handle.name, await handle.createSyncAccessHandle()));
    } catch (error) {
      for (const file of files) file.access.close();
      throw error;
    }
    this.gen = files.reduce((most, file) => Math.max(most, file.gen), 0);
    // A rename that was cut leaves two files of one name: the newer one counts.
    for (const file of files.sort((a, b) => b.gen - a.gen)) {
      if (file.path && !this.named.has(file.path)) this.named.set(file.path, file);
      else if (!file.gen && file.size) {
        // Something is in it, and neither slot can be read: it may be somebody's work.
        console.error(`storage: ${file.entry} does not say whose it is`);
        file.name(`${DAMAGED}/${file.entry}`);
        this.named.set(file.path, file);
      } else if (!file.path && file.size === 0) this.spare.push(file);
      else file.free();
    }
    await this.refill(SPARE);
    this.refillSoon();
  }

  // Emscripten's fdatasync, which SQLite asks for order with, does nothing. So the order is kept here: of a database and
  // its journal, the one that is not written now is on the disk before the other changes.
  flushPartner(path) {
    const [, database, journal] = /^(.*\.db)(-wal|-journal)?$/.exec(path) ?? [];
    if (journal) this.named.get(database)?.flush();
    else if (database) for (const end of ["-wal", "-journal"]) this.named.get(database + end)?.flush();
  }

  // One after the other: two at once would make too many.
  refill(wanted) {
    this.filling = this.filling.catch(() => {}).then(() => this.fill(wanted));
    return this.filling;
  }

  /** Without anybody waiting. Where there is no room for them, the first file that finds none is told. */
  refillSoon() {
    this.refill(MANY_SPARE).catch((error) => console.warn(`storage: ${error}`));
  }

  async fill(wanted) {
    while (!this.closed && this.spare.length < wanted) {
      const handle = await this.folder.getFileHandle(crypto.randomUUID(), { create: true });
      const access = await handle.createSyncAccessHandle();
      try {
        truncate(access, HEAD); // so that giving it a name needs no room
        this.spare.push(new DirectFile(this, handle.name, access));
      } catch (error) {
        access.close();
        await this.folder.removeEntry(handle.name);
        throw error;
      }
    }
    while (!this.closed && this.spare.length > MOST_SPARE) {
      const file = this.spare.pop();
      file.access.close();
      await this.folder.removeEntry(file.entry);
    }
  }

  async settle() {
    for (const file of this.named.values()) file.flush();
    // What was written is durable now, whether or not there is room for more.
    if (!this.spare.length) await this.refill(1).catch((error) => console.warn(`storage: ${error}`));
    if (this.spare.length < MANY_SPARE) this.refillSoon();
  }

  async close() {
    this.closed = true;
    await this.filling.catch(() => {}); // a file that is opened just now must be closed, too
    for (const file of [...this.named.values(), ...this.spare]) {
      file.flush();
      file.access.close();
    }
    this.named.clear();
    this.spare = [];
  }

  mount(FS, point) {
    const type = directType(FS, this);
    FS.mount(type, {}, point);
    for (const [path, file] of this.named) {
      const folder = `${point}/${path}`.split("/").slice(0, -1).join("/");
      FS.mkdirTree(folder);
      type.adopt(FS.lookupPath(folder).node, path.split("/").pop(), file);
    }
  }
}

// A file system for Emscripten whose files are DirectFiles. Folders are kept in memory: those of files come back.
function directType(FS, store) {
  const told = (act) => {
    try {
      return act();
    } catch (error) {
      if (error instanceof FS.ErrnoError) throw error;
      console.error(`storage: ${error}`);
      throw new FS.ErrnoError(error.name === "QuotaExceededError" ? ENOSPC : EIO);
    }
  };
  const touch = (node) => (node.mtime = node.ctime = Date.now());
  const pathOf = (parent, name) => {
    const parts = [name];
    for (let node = parent; node !== node.mount.root; node = node.parent) parts.unshift(node.name);
    return parts.join("/");
  };

  function createNode(parent, name, mode, dev) {
    if (!FS.isDir(mode) && !FS.isFile(mode)) throw new FS.ErrnoError(EPERM);
    const node = FS.createNode(parent, name, mode, dev);
    node.node_ops = FS.isDir(mode) ? folderOps : fileOps;
    node.stream_ops = FS.isDir(mode) ? { llseek: streamOps.llseek } : streamOps;
    node.atime = node.mtime = node.ctime = Date.now();
    if (FS.isDir(mode)) node.contents = {};
    if (parent) {
      parent.contents[name] = node;
      touch(parent);
    }
    return node;
  }

  const common = {
    getattr(node) {
      const size = FS.isDir(node.mode) ? 4096 : (node.file?.size ?? 0);
      return {
        dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size,
        atime: new Date(node.atime), mtime: new Date(node.mtime), ctime: new Date(node.ctime),
        blksize: 4096, blocks: Math.ceil(size / 4096),
      };
    },
    setattr(node, attr) {
      for (const key of ["mode", "atime", "mtime", "ctime"]) if (attr[key] != null) node[key] = attr[key];
      if (attr.size !== undefined && node.file) told(() => node.file.resize(attr.size));
    },
  };

  const fileOps = common;

  const folderOps = {
    ...common,
    lookup() {
      throw new FS.ErrnoError(ENOENT);
    },
    mknod(parent, name, mode, dev) {
      if (FS.isDir(mode)) return createNode(parent, name, mode, dev);
      return told(() => {
        const file = store.spare.pop();
        if (!file) throw new FS.ErrnoError(ENOSPC);
        if (store.spare.length < SPARE) store.refillSoon();
        try {
          file.name(pathOf(parent, name));
        } catch (error) {
          store.spare.push(file);
          throw error;
        }
        store.named.set(file.path, file);
        const node = createNode(parent, name, mode, dev);
        node.file = file;
        return node;
      });
    },
    rename(node, parent, name) {
      if (!node.file) throw new FS.ErrnoError(EPERM);
      told(() => {
        const old = parent.contents[name];
        const from = node.file.path;
        node.file.flush(); // what takes another's place must be whole first
        node.file.name(pathOf(parent, name));
        store.named.delete(from);
        if (old) drop(old);
        store.named.set(node.file.path, node.file);
      });
      const old = parent.contents[name];
      if (old) FS.hashRemoveNode(old);
      delete node.parent.contents[node.name];
      touch(node.parent);
      parent.contents[name] = node;
      node.name = name;
      touch(parent);
    },
    unlink(parent, name) {
      told(() => drop(parent.contents[name]));
      delete parent.contents[name];
      touch(parent);
    },
    rmdir(parent, name) {
      if (Object.keys(parent.contents[name].contents).length) throw new FS.ErrnoError(ENOTEMPTY);
      delete parent.contents[name];
      touch(parent);
    },
    readdir: (node) => [".", "..", ...Object.keys(node.contents)],
    symlink() {
      throw new FS.ErrnoError(EPERM);
    },
  };

  function drop(node) {
    const file = node.file;
    node.file = null;
    if (store.named.get(file.path) === file) store.named.delete(file.path);
    file.free();
  }

  const streamOps = {
    read: (stream, buffer, offset, length, position) =>
      told(() => stream.node.file?.read(buffer.subarray(offset, offset + length), position) ?? 0),
    write: (stream, buffer, offset, length, position) =>
      told(() => {
        if (!length) return 0;
        if (!stream.node.file) throw new FS.ErrnoError(EIO);
        touch(stream.node);
        return stream.node.file.write(buffer.subarray(offset, offset + length), position);
      }),
    fsync: (stream) =>
      told(() => {
        stream.node.file?.flush();
        return 0;
      }),
    llseek(stream, offset, whence) {
      if (whence === 1) offset += stream.position;
      else if (whence === 2 && stream.node.file) offset += stream.node.file.size;
      if (offset < 0) throw new FS.ErrnoError(EINVAL);
      return offset;
    },
    mmap() {
      throw new FS.ErrnoError(ENODEV);
    },
  };

  return {
    mount: () => createNode(null, "/", 0o40777, 0),
    adopt(parent, name, file) {
      createNode(parent, name, 0o100666, 0).file = file;
    },
  };
}

// -- the copied store ----------------------------------------------------------------------------

class CopiedStore {
  constructor() {
    this.kind = "copied";
    this.flushes = 0;
    this.known = new Map(); // path -> [time of change, size, when it was copied]
    this.loaded = [];
    this.writing = null; // the handle of the file that is written just now
  }

  async open() {
    const root = await navigator.storage.getDirectory();
    this.folder = await root.getDirectoryHandle(FOLDER.copied, { create: true });
    for await (const handle of this.folder.values()) {
      if (handle.kind !== "file" || handle.name.endsWith(".crswap")) continue;
      const path = decodeURIComponent(handle.name);
      this.loaded.push([path, new Uint8Array(await (await handle.getFile()).arrayBuffer())]);
    }
  }

  mount(FS, point) {
    this.FS = FS;
    FS.mount(FS.filesystems.MEMFS, {}, point);
    this.root = FS.lookupPath(point).node;
    for (const [path, bytes] of this.loaded) {
      const full = `${point}/${path}`;
      FS.mkdirTree(full.split("/").slice(0, -1).join("/"));
      FS.writeFile(full, bytes);
      const node = FS.lookupPath(full).node;
      this.known.set(path, [node.mtime, node.usedBytes, node.mtime + 1]);
    }
    this.loaded = [];
  }

  *files(node = this.root, prefix = "") {
    for (const child of Object.values(node.contents)) {
      const path = prefix + child.name;
      if (this.FS.isDir(child.mode)) yield* this.files(child, `${path}/`);
      else if (this.FS.isFile(child.mode)) yield [path, child];
    }
  }

  // The name of a picture must never outlive a kill that its bytes did not: databases go last.
  async settle() {
    const now = Date.now();
    const files = [...this.files()];
    const changed = files.filter(([path, node]) => {
      const [mtime, size, copied] = this.known.get(path) ?? [];
      return mtime !== node.mtime || size !== node.usedBytes || node.mtime >= copied;
    });
    // Every copy is taken at one moment, before anything is awaited.
    const photos = changed.map(([path, node]) => [path, node, [node.mtime, node.usedBytes, now], node.contents.slice(0, node.usedBytes)]);
    photos.sort((a, b) => a[0].endsWith(".db") - b[0].endsWith(".db"));
    for (const [path, , known, bytes] of photos) {
      const handle = (this.writing = await this.folder.getFileHandle(encodeURIComponent(path), { create: true })); // held: see trial
      const stream = await handle.createWritable(); // a copy beside the file; close() puts it in its place as a whole
      try {
        await stream.write(bytes);
      } catch (error) {
        await stream.abort();
        throw error;
      }
      await stream.close();
      this.flushes++;
      this.known.set(path, known);
    }
    const here = new Set(files.map(([path]) => path));
    for (const path of [...this.known.keys()]) {
      if (here.has(path)) continue;
      await this.folder.removeEntry(encodeURIComponent(path));
      this.known.delete(path);
    }
  }

  async close() {}
}

// -- which tab, which store ----------------------------------------------------------------------

const channel = new BroadcastChannel("shangmen.tabs");
let page = null; // what the page answers (worker.js); null in tests without it
let fileSystem = null; // Python's
let mountPoint = "";
let release = null; // gives the lock back; null: this tab does not hold it
let store = null;
let lost = () => {}; // Python's: told when another tab takes over, and how

channel.onmessage = ({ data }) => {
  if (data === "give" && release) lost("asked");
};

function hold(options) {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK, options, (lock) => {
        if (!lock) return resolve(false);
        return new Promise((done) => {
          release = done;
          resolve(true);
        });
      })
      .catch((error) => {
        // AbortError: waited long enough, or (when held) another tab took it by force.
        if (release) {
          release = null;
          lost("stolen");
        } else reject(error);
      });
  });
}

// The lock now, or when the page that has it is on its way out: a reload must not meet itself.
async function holdSoon() {
  if (await hold({ ifAvailable: true })) return true;
  try {
    return await hold({ signal: AbortSignal.timeout(GOING_MS) });
  } catch (error) {
    if (error.name !== "TimeoutError" && error.name !== "AbortError") throw error;
    return false;
  }
}

// The store of this browser: the one somebody set, the one that holds data already, the one that it can do.
async function kindHere() {
  const root = await navigator.storage.getDirectory();
  const there = new Map();
  for await (const handle of root.values()) there.set(handle.name, handle);
  if (there.has(SETTING)) {
    const set = (await (await there.get(SETTING).getFile()).text()).trim();
    if (!(set in FOLDER)) throw new Error(`${SETTING} says ${set}`);
    return set;
  }
  for (const kind of ["direct", "copied"]) if (there.has(FOLDER[kind]) && !(await isEmpty(there.get(FOLDER[kind])))) return kind;
  if (await opensDirectly()) return "direct";
  if (self.FileSystemFileHandle?.prototype.createWritable) return "copied";
  throw new Error("this browser has no private file system that can be written");
}

async function isEmpty(folder) {
  for await (const _ of folder.keys()) return false;
  return true;
}

// Tried, not read off: WebKit's port for Linux has the method and supports it nowhere.
async function opensDirectly() {
  if (!self.FileSystemFileHandle?.prototype.createSyncAccessHandle) return false;
  try {
    (await (await trial()).createSyncAccessHandle()).close();
  } catch (error) {
    return error.name !== "NotSupportedError"; // anything else befalls the file, not the browser: opening tells
  }
  return true;
}

// Opens the files; needs the lock. A tab whose lock was taken by force may need a moment to close them.
async function openStore(patience) {
  const opened = (await kindHere()) === "direct" ? new DirectStore() : new CopiedStore();
  for (const until = Date.now() + patience; ; ) {
    try {
      await opened.open();
      store = opened;
      return;
    } catch (error) {
      if (error.name !== "NoModificationAllowedError" || Date.now() > until) throw error;
      await new Promise((next) => setTimeout(next, 200));
    }
  }
}

// True: this tab has the storage now. False: another tab's files are open.
async function openAndMount(patience) {
  try {
    if (!store) await openStore(patience);
    if (!store.mounted) {
      fileSystem.mkdirTree(mountPoint);
      store.mount(fileSystem, mountPoint);
      store.mounted = true;
    }
    return true;
  } catch (error) {
    store = null;
    release?.();
    release = null;
    if (error.name === "NoModificationAllowedError") return false;
    throw error;
  }
}

/** Begins before Python is there: takes the storage if no other tab has it, and opens its files. */
export async function prepare(ofPage) {
  page = ofPage ?? null;
  const opening = (async () => {
    if (await hold({ ifAvailable: true })) await openStore(OPEN_MS);
  })();
  return { opened: opening.then(() => null, (error) => error) };
}

/** Mounts what was opened at `point`. Nothing is mounted when another tab has it, or it failed: Python's `claim` tells. */
export async function mount(python, point, { opened }) {
  [fileSystem, mountPoint] = [python.FS, point];
  if (await opened) {
    release?.();
    release = null;
  } else if (store) await openAndMount(0);
}

// Room is advice, and a save tells itself when there is none: where the trial fails otherwise, the estimate stands alone.
// One trial at a time: two would try with the same file.
function roomFor(enough) {
  trying ??= tryRoom(enough)
    .catch((error) => {
      console.warn(`storage: room was not tried: ${error}`);
      trialFile = null;
      return enough;
    })
    .finally(() => (trying = null));
  return trying;
}
let trying = null;

// How much room there is, up to `enough` bytes: the largest of its halves that a file can be given. Chromium estimates
// the same 10 GB for every site, full or not, so that nobody is recognised by the size of a disk; only asking for room
// tells. The file grows without being written and shrinks in one go: nobody writes meanwhile.
async function tryRoom(enough) {
  if ((store?.kind ?? (await kindHere())) === "copied") return roomForCopies(enough);
  let access;
  try {
    access = await (await trial()).createSyncAccessHandle();
  } catch (error) {
    if (error.name === "QuotaExceededError") return 0;
    if (error.name === "NoModificationAllowedError") return enough; // another tab tries just now, and tells
    throw error;
  }
  try {
    for (let n = 0, size = enough; n < TRIALS; n++, size = Math.floor(size / 2)) {
      try {
        truncate(access, size);
        return size;
      } catch (error) {
        if (error.name !== "QuotaExceededError") throw error;
      } finally {
        access.truncate(0);
      }
    }
    return 0;
  } finally {
    access.close();
  }
}

// The same where files can only be written whole: what is asked for is given up, never put in the file's place.
async function roomForCopies(enough) {
  for (let n = 0, size = enough; n < TRIALS; n++, size = Math.floor(size / 2)) {
    let stream = null;
    const file = await trial();
    try {
      stream = await file.createWritable();
      await stream.truncate(size);
      return size;
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
    } finally {
      await stream?.abort().catch(() => {}); // it has failed already
    }
  }
  return 0;
}

// Kept: WebKit ends what was opened through a handle when nobody holds the handle any more.
let trialFile = null;
async function trial() {
  return (trialFile ??= await (await navigator.storage.getDirectory()).getFileHandle(TRIAL, { create: true }));
}

// Browsers throw errors of many classes, and their words alone do not always say which one it was: Python gets both.
function plain(methods) {
  const said = (error) => {
    throw new Error(`${error.name}: ${error.message}`);
  };
  const wrap = (method) => (...given) => {
    const found = method(...given);
    return found instanceof Promise ? found.catch(said) : found;
  };
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, wrap(method)]));
}

// For Python (app/device/browser/storage.py).
self.shangmenStorage = plain({
  /** Takes the storage for this tab; false when another one has it. Throws when there is none. */
  claim: async () => Boolean((release || (await holdSoon())) && (await openAndMount(OPEN_MS))),

  /** Asks the tab that has it to settle and close; takes it by force when that does not answer in `patience` ms. */
  async takeOver(patience) {
    if (!release) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), patience);
      const wait = hold({ signal: abort.signal });
      channel.postMessage("give");
      try {
        await wait;
      } catch (error) {
        if (error.name !== "AbortError") throw error;
        await hold({ steal: true });
      } finally {
        clearTimeout(timer);
      }
    }
    return openAndMount(OPEN_MS);
  },

  whenLost(callback) {
    lost = callback;
  },

  kind: () => store?.kind ?? "",

  /** Everything written so far is durable when this returns. */
  async settle() {
    if (!store) throw new Error("the storage is not open");
    await store.settle();
  },

  /** Settles, closes every file and lets the next tab have them. */
  async giveUp() {
    const [closing, free] = [store, release];
    [store, release] = [null, null];
    try {
      if (closing) {
        await closing.settle();
        fileSystem.unmount(mountPoint);
      }
    } finally {
      await closing?.close();
      free?.();
    }
  },

  /** Asks the browser, through the page (a worker may not), to keep this site's data. */
  persist: async () => Boolean(await page?.ask("persist")),

  flushes: () => store?.flushes ?? 0,

  /** What is used and left, in bytes; below `enough` what is left was tried, not estimated. */
  async room(enough) {
    const { usage = 0, quota = 0 } = (await navigator.storage.estimate?.()) ?? {}; // Safari: from 17
    const fits = await roomFor(enough);
    const left = fits < enough ? fits : Math.max(enough, quota - usage);
    return { usage, left, persisted: (await navigator.storage.persisted?.()) ?? false };
  },
});
