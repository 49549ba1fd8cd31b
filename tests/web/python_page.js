// The page of tests: `py(code)` runs Python in the worker and resolves to its value. It never waits for ever: a worker
// that fails, or does not answer in time, is told with what it was doing.
const PATIENCE_MS = 150_000;
const DUMP_MS = 3_000;
const worker = new Worker("/python_worker.js", { type: "module" });
const waiting = new Map();
let last = 0;
let stage = "the worker's script is being read";
let broken = null;
let dumped = () => {};

function fail(reason) {
  for (const { reject } of waiting.values()) reject(new Error(reason));
  waiting.clear();
}

worker.onmessage = ({ data }) => {
  if (data.shangmen === "ask")
    return navigator.storage[data.what]().then((value) => worker.postMessage({ shangmen: "answer", what: data.what, value }));
  if (data.shangmen === "stage") return (stage = data.stage);
  if (data.shangmen === "dump") return dumped(data.text);
  const { resolve, reject } = waiting.get(data.id) ?? {};
  waiting.delete(data.id);
  if (resolve) "error" in data ? reject(new Error(data.error)) : resolve(data.value);
};
worker.onerror = (event) => {
  broken = `the worker failed: ${event.message ?? "its script could not be read"}`;
  console.error(broken);
  fail(broken);
};

async function stalled(id) {
  if (!waiting.has(id)) return;
  const text = await new Promise((resolve) => {
    dumped = resolve;
    worker.postMessage({ shangmen: "dump" });
    setTimeout(() => resolve("Python is busy"), DUMP_MS);
  });
  fail(`no answer within ${PATIENCE_MS / 1000} s; ${stage}; ${text}`);
}

window.py = (code) =>
  new Promise((resolve, reject) => {
    if (broken) return reject(new Error(broken));
    const id = ++last;
    waiting.set(id, { resolve, reject });
    setTimeout(() => stalled(id), PATIENCE_MS);
    worker.postMessage({ id, code });
  });
