// node snapshot.mjs PYODIDE PACKAGES APP OUT: the memory of the browser's Python after everything was imported.
//
// PACKAGES and APP are the zips that lie at the same places in the phone. Time and chance are fixed while this runs, so
// that the same input makes the same snapshot; worker.js gives Python new chance when it wakes up. Nothing of
// JavaScript and no compiled extension may be in it: pyodide refuses, or the wake-up does.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, packages, app, out] = process.argv.slice(2).map((name) => resolve(name));

const THEN = Date.UTC(2020, 0, 1);
let ticks = 0;
let seed = 1;
const chance = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
Date.now = () => THEN + ticks++;
performance.now = () => ticks++ / 1000;
Math.random = chance;
crypto.getRandomValues = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let i = 0; i < bytes.length; i++) bytes[i] = chance() * 256;
  return array;
};

process.on("uncaughtException", (error) => {
  // Without the runtime's own source line, which is a megabyte long.
  console.error(String(error.stack ?? error).slice(0, 4000));
  process.exit(1);
});

const read = (name) => new Uint8Array(readFileSync(name));
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
// As in compile.mjs no columns, and of the library, which is compiled here, no docstrings.
const env = {
  PYTHONHASHSEED: "0",
  HOME: "/home/pyodide",
  MSGPACK_PUREPYTHON: "1",
  PYTHONNODEBUGRANGES: "1",
  PYTHONOPTIMIZE: "2",
};
const options = { env };
const python = await loadPyodide({ ...options, _makeSnapshot: true });
python.FS.writeFile("/lib/packages.zip", read(packages));
python.FS.mkdirTree("/app");
python.unpackArchive(read(app), "zip", { extractDir: "/app" });

const said = python.runPython(`
def prepare(home, packages):
    import importlib, marshal, pathlib, random, sys, zipfile, zipimport
    sys.path[:0] = [home, packages]
    importlib.invalidate_caches()
    for name in """asyncio asyncio.taskgroups concurrent.futures importlib.metadata json logging queue runpy sqlite3
            sqlalchemy.dialects.sqlite.pysqlite tomllib uuid zoneinfo flet flet.app flet.messaging.protocol
            flet.messaging.session flet.pubsub.pubsub_hub""".split():
        importlib.import_module(name)
    # What flet imports when it is first asked for it, as far as the app ever asks, and every module of the app.
    import flet
    def names(code):
        yield from code.co_names
        for part in code.co_consts:
            if hasattr(part, "co_names"):
                yield from names(part)
    compiled = sorted(pathlib.Path(home, "app").rglob("*.pyc"))
    asked = {name for path in compiled for name in names(marshal.loads(path.read_bytes()[16:]))}
    for name in flet.__all__:
        if name in asked:
            getattr(flet, name)
    for name in zipfile.ZipFile(packages).namelist():  # those it imports inside functions, at the first drawing
        if name.startswith("flet/components/"):
            importlib.import_module(name.removesuffix(".pyc").replace("/", ".").removesuffix(".__init__"))
    for path in compiled:
        name = ".".join(path.relative_to(home).with_suffix("").parts).removesuffix(".__init__")
        importlib.import_module(name)
    from app.ui import texts
    for language in texts.LANGUAGES:
        texts.catalogue(language)
    import gc
    importlib.invalidate_caches()  # one of them keeps the zip of packages open
    zipimport._zip_directory_cache.clear()  # other archives lie there on the phone (worker.js)
    gc.collect()
    # Every source of chance: the same in each snapshot, and known to worker.js, which seeds it when Python wakes up.
    random.kept_in_snapshot = [
        item for item in gc.get_objects() if isinstance(item, random.Random) and not isinstance(item, random.SystemRandom)
    ]
    for item in random.kept_in_snapshot:
        item.seed(0)
    # None of this ever goes: collecting in the middle of somebody's typing need not look at it again.
    gc.freeze()
    return f"{len(sys.modules)} modules, {gc.get_freeze_count()} objects"
prepare('/app', '/lib/packages.zip')
`);

/**
 * Nothing is left in the memory that was given back: it would travel to every phone. What is free is taken in ever smaller
 * pieces, filled with zeros and given back. Beyond what was ever written it is empty already, and is left to the phone.
 */
function wipe(memory) {
  let end = memory.HEAPU8.length;
  while (end > 0 && memory.HEAPU8[end - 1] === 0) end -= 1;
  const taken = [];
  for (let size = 1 << 20; size >= 32; size >>= 1) {
    for (;;) {
      if (end + 2 * size > memory.HEAPU8.length) break; // it must not grow for this
      const at = memory._malloc(size);
      if (at >= end) {
        memory._free(at);
        break;
      }
      memory.HEAPU8.fill(0, at, at + size);
      taken.push(at);
    }
  }
  for (const at of taken) memory._free(at);
}

// Whoever holds a file open now closes it one day on the phone, by a number that is the database's there.
const open = python.FS.streams.filter((stream) => stream && stream.fd > 2).map((stream) => stream.path);
if (open.length) throw new Error(`files are open in the snapshot: ${open}`);

wipe(python._module);
const snapshot = python.makeMemorySnapshot();
writeFileSync(out, snapshot);

// It must wake up here before it may try on a phone.
const awake = await loadPyodide({ ...options, _loadSnapshot: snapshot });
const check = "import random, sys; 'app.ui.main' in sys.modules and random._inst in random.kept_in_snapshot";
if (awake.runPython(check) !== true)
  throw new Error("the snapshot woke up without the app");
console.log(`${said}, ${(snapshot.length / 1e6).toFixed(1)} MB`);
process.exit(0);
