import { spawn } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildLab } from './lib/build.mjs';
import { ensureDependencies } from './lib/install.mjs';
import { endWithNpm, giveUp } from './lib/process.mjs';
import { serveFolder } from './lib/serve.mjs';

const help = `npm start -- [options]
Builds the lab and serves it on this machine.

  --port N    the port (else PORT, else 4173; a free one when it is taken)
  --no-open   print the address only (also where CI is set)
  --help      this text`;

const options = /** @type {const} */ ({
  port: { type: 'string' },
  'no-open': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

function readArguments() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return giveUp(`${/** @type {Error} */ (error).message}\n\n${help}`);
  }
}

/** @param {string | undefined} text */
function readPort(text) {
  const port = Number(text ?? process.env['PORT'] ?? 4173);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  return giveUp(`The port is ${text ?? process.env['PORT']}: give a whole number from 0 to 65535.`);
}

/** @type {Partial<Record<NodeJS.Platform, [string, ...string[]]>>} */
const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

/** @param {string} url */
function openInBrowser(url) {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // A machine without a desktop has nothing to open it with; the address is printed anyway.
  child.on('error', () => undefined);
  child.unref();
}

const values = readArguments();
if (values.help) {
  console.log(help);
} else {
  const port = readPort(values.port);
  endWithNpm();
  await ensureDependencies();
  const { folder } = await buildLab();
  const server = await serveFolder({ folder, port });
  if (port !== 0 && server.port !== port) console.log(`Port ${port} is taken.`);
  console.log(`Norm Lab: ${server.url}\nCtrl-C ends it.`);
  if (!values['no-open'] && !process.env['CI']) openInBrowser(server.url);
}
