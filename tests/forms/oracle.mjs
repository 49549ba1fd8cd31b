// Fills forms in ODK's own engine: reads JSON lines {xml, answers: [[path, kind, value], …]}, writes for each
// {instance, nodes: [[path, relevant, required, whether its constraint holds, readonly], …]} or {error}.
// The first argument is the node_modules folder with @getodk/xforms-engine and jsdom.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = path.resolve(process.argv[2]);
const require = createRequire(path.join(modules, 'index.js'));
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('');
for (const name of Object.getOwnPropertyNames(window)) {
  if (/^(DOMParser|XML|Node|Element|Document|Text|Attr|Comment|CDATA|Processing|XPath|HTMLElement)/.test(name) && !(name in globalThis)) {
    globalThis[name] = window[name];
  }
}
// The engine's parser was bundled for browsers and asks for these two in Node.
const dist = path.join(modules, '@getodk/xforms-engine/dist');
Object.assign(globalThis, { window, document: window.document, require, __dirname: dist });
const { createInstance } = await import(pathToFileURL(path.join(dist, 'index.js')));

function* everything(node) {
  yield node;
  for (const child of node.currentState.children ?? []) yield* everything(child);
}

function answer(node, kind, value) {
  if (kind === 'select_one') node.selectValue(value);
  else if (kind === 'select_multiple') node.selectValues(value.split(' '));
  else if (kind === 'rank') node.setValues(value.split(' '));
  else if (kind === 'acknowledge') node.setValue(true);
  else node.setValue(value);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { xml, answers } = JSON.parse(line);
  try {
    const { root } = await createInstance(xml);
    for (const [where, kind, value] of answers) {
      const node = [...everything(root)].find((one) => one.currentState.reference.replace(/^\/[^/]+\//, '') === where);
      answer(node, kind, value);
    }
    const nodes = [...everything(root)].map((node) => [
      node.currentState.reference.replace(/^\/[^/]+\/?/, ''),
      node.currentState.relevant,
      node.currentState.required,
      node.validationState?.constraint?.valid ?? true,
      node.currentState.readonly,
    ]);
    console.log(JSON.stringify({ instance: root.instanceState.instanceXML, nodes }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error).split('\n')[0].slice(0, 200) }));
  }
}
