// A CouchDB-compatible peer: express-pouchdb over PouchDB on leveldb, with the routes that replication needs.
// argv: FOLDER PORT. GET /__wire gives the bytes of TCP payload and the requests since the last call.
// POST /__load/NAME?file=F fills a database on the server's side.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const packages = process.env.PEER_MODULES;
const load = (name) => require(path.join(packages, name));
const [folder, port] = [process.argv[2], Number(process.argv[3])];

const PouchDB = load('pouchdb').defaults({ prefix: folder + '/' });
const app = load('express')();
const open = new Set();
let up = 0, down = 0, requests = 0;

function closed(socket) {
  up += socket.bytesRead - socket.upBefore;
  down += socket.bytesWritten - socket.downBefore;
}

app.use((request, _response, next) => { if (!request.url.startsWith('/__')) requests++; next(); });
app.get('/__wire', (_request, response) => {
  for (const socket of open) closed(socket);
  const found = { up, down, requests };
  up = down = requests = 0;
  for (const socket of open) { socket.upBefore = socket.bytesRead; socket.downBefore = socket.bytesWritten; }
  response.json(found);
});
app.post('/__load/:name', async (request, response) => {
  const db = new PouchDB(request.params.name);
  const lines = fs.readFileSync(request.query.file, 'utf8').split('\n').filter(Boolean);
  for (let at = 0; at < lines.length; at += 1000) {
    await db.bulkDocs(lines.slice(at, at + 1000).map((line) => {
      const { id, ...rest } = JSON.parse(line);
      return { _id: id, ...rest };
    }));
  }
  response.json(await db.info());
});
app.use('/', load('express-pouchdb')(PouchDB, {
  mode: 'minimumForPouchDB', inMemoryConfig: true, configPath: folder + '/config.json', logPath: folder + '/log.txt',
}));
const server = app.listen(port, '127.0.0.1', () => console.log('ready'));
server.on('connection', (socket) => {
  socket.upBefore = socket.downBefore = 0;
  open.add(socket);
  socket.on('close', () => { closed(socket); open.delete(socket); });
});
