// node pack.mjs QUALITY LIST: brotli copies of files. LIST is a file with a JSON array of [from, to].
//
// Node.js brings brotli, and the recipe needs Node.js anyway. Two at a time: a large window takes memory.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const [quality, list] = process.argv.slice(2);
const AT_ONCE = 2;
const compress = promisify(brotliCompress);
const todo = JSON.parse(readFileSync(list, "utf-8"));

async function work() {
  for (let item; (item = todo.shift()); ) {
    const [from, to] = item;
    const data = readFileSync(from);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: Number(quality),
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS, // what browsers take
      [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
    };
    const packed = await compress(data, { params });
    writeFileSync(`${to}.part`, packed);
    renameSync(`${to}.part`, to);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
