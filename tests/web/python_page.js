// The page of tests: `py(code)` runs Python in the worker and resolves to its value.
const worker = new Worker("/python_worker.js", { type: "module" });
const waiting = new Map();
let last = 0;
worker.onmessage = ({ data }) => {
  if (data.shangmen === "ask")
    return navigator.storage[data.what]().then((value) => worker.postMessage({ shangmen: "answer", what: data.what, value }));
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  "error" in data ? reject(new Error(data.error)) : resolve(data.value);
};
worker.onerror = (event) => console.error(`worker: ${event.message}`);
window.py = (code) =>
  new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    worker.postMessage({ id: last, code });
  });
