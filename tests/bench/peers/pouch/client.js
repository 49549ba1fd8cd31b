// A PouchDB phone (leveldb on disk) that replicates with the peer of server.js, over loopback HTTP.
// argv: DATA FOLDER PORT PART (all | many). BATCH: documents in a batch. Prints one line of JSON.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const load = (name) => require(path.join(process.env.PEER_MODULES, name));
const PouchDB = load('pouchdb');
const [data, folder, port, part] = process.argv.slice(2);
const base = `http://127.0.0.1:${port}`;
const BATCH = Number(process.env.BATCH || 100);
const CHANGES = 10, ROUNDS = 7;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];
const wire = async () => (await fetch(base + '/__wire')).json();
const options = (more) => ({ batch_size: BATCH, batches_limit: 10, ...more });
const Local = PouchDB.defaults({ prefix: folder + '/' });
const done = (replication) => new Promise((good, bad) => replication.on('complete', good).on('error', bad));

function must(holds, what) { if (!holds) throw new Error('not so: ' + what); }

function records(file) {
  return fs.readFileSync(`${data}/${file}.jsonl`, 'utf8').split('\n').filter(Boolean).map((line) => {
    const { id, ...rest } = JSON.parse(line);
    return { _id: id, ...rest };
  });
}

async function fill(db, documents) {
  for (let at = 0; at < documents.length; at += 1000) await db.bulkDocs(documents.slice(at, at + 1000));
}

async function timed(count, work, written) {
  await wire();
  const start = now();
  const said = await work();
  const seconds = (now() - start) / 1000;
  must(said.docs_written === written, `${said.docs_written} of ${written} written`);
  return { count, seconds, ...(await wire()) };
}

// Ten documents change on the server; a phone with a checkpoint pulls them.
async function changes(local, remote, ids) {
  const times = [];
  let last;
  for (let round = 0; round < ROUNDS; round++) {
    const keys = Array.from({ length: CHANGES }, (_, n) => ids[(round * 997 + n * 101) % ids.length]);
    const found = await remote.allDocs({ keys, include_docs: true });
    await remote.bulkDocs(found.rows.map((row) => ({ ...row.doc, version: row.doc.version + 1 })));
    last = await timed(CHANGES, () => done(local.replicate.from(remote, options())), CHANGES);
    times.push(last.seconds * 1000);
  }
  return { ms: median(times), bytes: last.up + last.down, requests: last.requests };
}

async function pictures(name) {
  const count = fs.readdirSync(data).filter((file) => file.startsWith(name + '-')).length;
  const local = new Local(name), remote = new PouchDB(`${base}/${name}`);
  await remote.info();
  let payload = 0;
  for (let at = 0; at < count; at += 50) {
    const documents = [];
    for (let n = at; n < Math.min(count, at + 50); n++) {
      const bytes = fs.readFileSync(`${data}/${name}-${String(n).padStart(3, '0')}.png`);
      payload += bytes.length;
      documents.push({ _id: `${name}${n}`, _attachments: { 'a.png': { content_type: 'image/png', data: bytes } } });
    }
    await local.bulkDocs(documents);
  }
  const most = name === 'photo' ? Math.min(BATCH, 50) : BATCH;
  const work = () => done(local.replicate.to(remote, options({ batch_size: most })));
  return { ...(await timed(count, work, count)), payload };
}

async function all() {
  const documents = records('records'), count = documents.length;
  const writer = new Local('writer'), reader = new Local('reader'), remote = new PouchDB(`${base}/records`);
  await fill(writer, documents);
  await remote.info();
  const push = await timed(count, () => done(writer.replicate.to(remote, options())), count);
  await reader.info();
  const pull = await timed(count, () => done(reader.replicate.from(remote, options())), count);
  return {
    push, pull,
    changes: await changes(reader, remote, documents.map((one) => one._id)),
    signature: await pictures('signature'),
    photo: await pictures('photo'),
  };
}

async function many() {
  const documents = records('many');
  await fetch(`${base}/__load/many?file=${encodeURIComponent(data + '/many.jsonl')}`, { method: 'POST' });
  const remote = new PouchDB(`${base}/many`), info = await remote.info();
  must(info.doc_count === documents.length, `${info.doc_count} documents on the server`);
  const local = new Local('many');
  await fill(local, documents); // the same content has the same revisions
  // Only the checkpoint is written: everything is here already.
  const first = await remote.get(documents[0]._id);
  await done(local.replicate.from(remote, options({ since: info.update_seq })));
  await remote.put(first);
  await done(local.replicate.from(remote, options({ since: info.update_seq })));
  return { changes: await changes(local, remote, documents.map((one) => one._id)) };
}

(part === 'many' ? many() : all()).then((found) => {
  const versions = Object.fromEntries(['pouchdb', 'express-pouchdb'].map((n) => [n, load(n + '/package.json').version]));
  console.log(JSON.stringify({ node: process.version, ...versions, ...found }));
  process.exit(0);
}, (error) => { console.error(error); process.exit(1); });
