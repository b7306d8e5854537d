import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { servedHeaders } from './headers.mjs';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {{ path: string, size: number, mtimeMs: number }} FoundFile
 */

const compress = promisify(gzip);

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Above this a file is streamed as it is: the gzip cache holds text of a page, not data sets. */
const largestGzip = 8 * 1024 * 1024;

/**
 * The content type of a file, by its name.
 * @param {string} path
 */
export const contentType = (path) =>
  types[extname(path).toLowerCase()] ?? 'application/octet-stream';

const isText = (/** @type {string} */ path) => /charset=|wasm/.test(contentType(path));

/**
 * The path inside the served folder that a request means ("assets/a.js"), or why it means none.
 * @param {string} url the request's target, as sent
 * @param {string} prefix begins and ends with "/"
 * @returns {{ path: string } | { status: 400 | 403 | 404 } | { redirect: string }}
 */
export function requestedPath(url, prefix) {
  const target = url.split(/[?#]/, 1)[0] ?? '';
  let decoded;
  try {
    decoded = decodeURIComponent(target);
  } catch {
    return { status: 400 };
  }
  if (!decoded.startsWith('/') || decoded.includes('\0')) return { status: 400 };
  if (decoded.split(/[/\\]/).includes('..')) return { status: 403 };
  if (`${decoded}/` === prefix) return { redirect: prefix };
  if (!decoded.startsWith(prefix)) return { status: 404 };
  const path = decoded.slice(prefix.length);
  return { path: path === '' || path.endsWith('/') ? `${path}index.html` : path };
}

/**
 * @param {string} folder real path
 * @param {string} path
 * @returns {Promise<FoundFile | undefined>} nothing for what is no file or a link that leads out
 */
async function findFile(folder, path) {
  try {
    const real = await realpath(join(folder, path));
    const { size, mtimeMs, ...info } = await stat(real).then((found) => ({
      size: found.size,
      mtimeMs: found.mtimeMs,
      isFile: found.isFile(),
    }));
    return real.startsWith(folder + sep) && info.isFile ? { path: real, size, mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

function createGzipCache() {
  /** @type {Map<string, Promise<Buffer>>} */
  const cache = new Map();
  /** @param {FoundFile} file */
  return ({ path, mtimeMs }) => {
    const key = `${mtimeMs} ${path}`;
    const body = cache.get(key) ?? readFile(path).then((bytes) => compress(bytes));
    cache.set(key, body);
    return body;
  };
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {Record<string, string>} [headers]
 */
function refuse(response, status, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${status}\n`);
}

/**
 * @param {Request} request
 * @param {Response} response
 * @param {{ file: FoundFile, zipped: (file: FoundFile) => Promise<Buffer> }} found
 */
async function sendFile(request, response, { file, zipped }) {
  const accepted = request.headers['accept-encoding']?.toString() ?? '';
  const text = isText(file.path);
  // The build puts a hash of the content into the name of every asset.
  const hashed = /[\\/]assets[\\/].*-[\w-]{8}\.\w+$/.test(file.path);
  response.setHeader('Content-Type', contentType(file.path));
  response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (text) response.setHeader('Vary', 'Accept-Encoding');
  const body =
    text && file.size <= largestGzip && /\bgzip\b/.test(accepted) ? await zipped(file) : undefined;
  if (body) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Length', body?.length ?? file.size);
  if (request.method === 'HEAD') response.end();
  else if (body) response.end(body);
  else
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** @param {{ folder: string, prefix: string }} options */
function createHandler({ folder, prefix }) {
  const zipped = createGzipCache();
  /** @param {Request} request @param {Response} response */
  return async (request, response) => {
    for (const [name, value] of Object.entries(servedHeaders)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, { Allow: 'GET, HEAD' });
      return;
    }
    const wanted = requestedPath(request.url ?? '/', prefix);
    if ('redirect' in wanted) {
      refuse(response, 301, { Location: wanted.redirect });
    } else if ('status' in wanted) {
      refuse(response, wanted.status);
    } else {
      const file = await findFile(folder, wanted.path);
      if (file) await sendFile(request, response, { file, zipped });
      else refuse(response, 404);
    }
  };
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @returns {Promise<number>} the port in use
 */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/**
 * Serves a folder's files on 127.0.0.1. When the port is taken (or 0), a free one is used.
 * @param {{ folder: string, port?: number, prefix?: string }} options prefix is like "/a/b/"
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serveFolder({ folder, port = 0, prefix = '/' }) {
  const handle = createHandler({ folder: await realpath(folder), prefix });
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const taken = (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    return listen(server, 0);
  };
  const used = await listen(server, port).catch(taken);
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${used}${prefix}`, port: used, close };
}
