// storage.js in Node.js over a file system as a browser may have it: `node stores.mjs STORAGE_JS CASE`. Prints JSON:
// the kind of store that was opened, and what it says of its room.
//   refused   access handles are there and not supported: WebKit's port for Linux
//   cramped   the same, and little room is left
//   writes    files can only be written whole, on a browser that could do more: somebody chose the copied store
//   broken    the trial of room fails otherwise than for want of room, as WebKit's did: no reason to tell anybody
//   unknown   no estimate of the room: Safari before 17

import { pathToFileURL } from "node:url";

const [script, which] = process.argv.slice(2);

class FileHandle {
  kind = "file";
  constructor(name) {
    this.name = name;
    this.text = "";
  }
  async getFile() {
    return new Blob([this.text]);
  }
  async createWritable() {
    if (which === "broken") throw new DOMException("The object is in an invalid state.", "InvalidStateError");
    const truncate = async (size) => {
      if (which === "cramped" && size > 20) throw new DOMException("no room", "QuotaExceededError");
    };
    return { write: async (text) => void (this.text = text), truncate, abort: async () => {}, close: async () => {} };
  }
  async createSyncAccessHandle() {
    if (["refused", "cramped"].includes(which)) throw new DOMException("Backend does not support this operation", "NotSupportedError");
    if (which === "writes") throw new Error("somebody chose the copied store: no access handle is asked for");
    let size = 0;
    return { truncate: (to) => void (size = to), getSize: () => size, read: () => 0, write: (b) => b.byteLength, flush() {}, close() {} };
  }
}

class Folder {
  kind = "directory";
  there = new Map();
  constructor(name) {
    this.name = name;
  }
  async getFileHandle(name) {
    if (!this.there.has(name)) this.there.set(name, new FileHandle(name));
    return this.there.get(name);
  }
  async getDirectoryHandle(name) {
    if (!this.there.has(name)) this.there.set(name, new Folder(name));
    return this.there.get(name);
  }
  async *values() {
    yield* this.there.values();
  }
  async *keys() {
    yield* this.there.keys();
  }
}

const root = new Folder("");
if (which === "writes" || which === "broken") (await root.getFileHandle("shangmen-store")).text = "copied";
// What a start before this version left behind, where opening failed: an empty folder of the store that cannot be had.
if (which === "refused") await root.getDirectoryHandle("shangmen-direct");
globalThis.self = globalThis;
globalThis.FileSystemFileHandle = FileHandle;
const estimate = async () => ({ usage: 1, quota: 100 });
Object.defineProperty(globalThis, "navigator", {
  value: {
    locks: { request: async (_name, _options, held) => held({}) },
    storage: { getDirectory: async () => root, ...(which !== "unknown" && { estimate }) },
  },
});
const storage = await import(pathToFileURL(script));
const opening = await storage.prepare(null);
const failed = await opening.opened;
if (failed) throw failed;
const { left } = await self.shangmenStorage.room(64);
console.log(JSON.stringify([self.shangmenStorage.kind(), left]));
process.exit(0);
