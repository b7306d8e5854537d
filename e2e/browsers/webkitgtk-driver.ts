import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLICK_TIMEOUT, foreignRequest, WINDOW } from './driver.ts';
import type { Driver, Finder, Role, Target } from './driver.ts';
import { findProgram } from './find-program.ts';
import { untilReady, WebDriverSession, type ElementReference } from './webdriver.ts';

/** Elements that can have a role; WebDriver has no search by role. */
const CANDIDATES: Readonly<Record<Role, string>> = {
  button: 'button, [role=button]',
  main: 'main',
  radio: 'input[type=radio]',
  region: 'section, [role=region]',
};

/**
 * Collects errors in the page. WebDriver reports none, so this runs as soon as the page has loaded, and
 * misses what happens before.
 */
const WATCH = `
  const faults = (window.walkFaults = []);
  addEventListener('error', ({ message }) => faults.push('exception: ' + message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push('rejection: ' + reason));
  const { error } = console;
  console.error = (...args) => {
    faults.push('console: ' + args.join(' '));
    error.apply(console, args);
  };
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    faults.push('policy: ' + effectiveDirective + ' refused ' + blockedURI),
  );
`;

/** What was collected, and the addresses that the page has loaded. WebKitGTK 2.50 tells no status of them. */
const REPORT = `
  return {
    faults: window.walkFaults ?? [],
    loaded: performance.getEntriesByType('resource').map(({ name }) => name),
  };
`;

interface Report {
  readonly faults: readonly string[];
  readonly loaded: readonly string[];
}

/** Errors of the page on screen and its requests to other hosts. */
async function faultsOf(session: WebDriverSession): Promise<readonly string[]> {
  const { faults, loaded } = (await session.run(REPORT)) as Report;
  return [...faults, ...loaded.flatMap((address) => foreignRequest(address) ?? [])];
}

/** Starts Xvfb on a free display. @returns the display's name and its process */
async function startDisplay(program: string): Promise<{ display: string; process: ChildProcess }> {
  const screen = `${WINDOW.width}x${WINDOW.height}x24`;
  const args = ['-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp'];
  const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const display = await new Promise<string>((resolve, reject) => {
    started.once('error', reject);
    started.once('exit', () => {
      reject(new Error('Xvfb ended before it had a display.'));
    });
    started.stdout.once('data', (number: Buffer) => {
      resolve(`:${number.toString().trim()}`);
    });
  });
  return { display, process: started };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function find(
  session: WebDriverSession,
  { role, name }: Target,
): Promise<ElementReference | null> {
  for (const element of await session.elements(CANDIDATES[role])) {
    if ((await session.accessibleRole(element)) !== role) continue;
    if (name === undefined || (await session.accessibleName(element)) === name) return element;
  }
  return null;
}

async function click(session: WebDriverSession, target: Target): Promise<void> {
  const end = Date.now() + CLICK_TIMEOUT;
  while (Date.now() < end) {
    const element = await find(session, target);
    if (element !== null && (await session.isEnabled(element))) return session.click(element);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`There is no enabled ${target.role} "${target.name ?? ''}".`);
}

async function text(session: WebDriverSession, target: Target): Promise<string> {
  const element = await find(session, target);
  return element === null
    ? ''
    : ((await session.run('return arguments[0].innerText', element)) as string);
}

interface Programs {
  readonly driver: string;
  /** Xvfb; null where the display of the desktop is used. */
  readonly display: string | null;
}

async function start({ driver, display }: Programs, env: NodeJS.ProcessEnv): Promise<Driver> {
  const home = await mkdtemp(join(tmpdir(), 'norm-lab-webkit-'));
  const xvfb = display === null ? null : await startDisplay(display);
  const port = await freePort();
  const server = `http://127.0.0.1:${port}`;
  const folders = { XDG_DATA_HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home };
  const shown = xvfb === null ? {} : { DISPLAY: xvfb.display };
  const service = spawn(driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, ...folders, ...shown, ...env },
  });
  const stop = async (): Promise<void> => {
    service.kill();
    xvfb?.process.kill();
    // The browser's processes write a little longer than their driver lives.
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    await untilReady(server, 20_000);
    const session = await WebDriverSession.start(server, {});
    await session.setWindow(WINDOW);
    return drive(session, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function drive(session: WebDriverSession, stop: () => Promise<void>): Driver {
  const earlier: string[] = [];
  return {
    browser: session.browser,
    open: async (address) => {
      earlier.push(...(await faultsOf(session)));
      await session.navigate('about:blank');
      await session.navigate(address);
      await session.run(WATCH);
    },
    click: (target) => click(session, target),
    text: (target) => text(session, target),
    screenshot: () => session.screenshot(),
    faults: async () => [...earlier, ...(await faultsOf(session))],
    close: async () => {
      try {
        await session.end();
      } finally {
        await stop();
      }
    },
  };
}

/** Looks for WebKitGTK's driver and a display for its browser, which is started with this environment. */
const findWith =
  (env: NodeJS.ProcessEnv): Finder =>
  () => {
    const driver = findProgram('WebKitWebDriver');
    const display = findProgram('Xvfb');
    const desktop = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
    if (driver === null || (display === null && desktop === undefined))
      return Promise.resolve(null);
    const where = display === null ? 'on the desktop' : 'under Xvfb';
    return Promise.resolve({
      label: `WebKitGTK, ${driver} ${where}`,
      start: () => start({ driver, display }, env),
    });
  };

export const findWebKitGtk = findWith({});

/** With an option of its JavaScript engine that Safari sets for isolated pages and WebKitGTK 2.50 does not. */
export const findWebKitGtkWithSharedMemory = findWith({ JSC_useSharedArrayBuffer: '1' });
