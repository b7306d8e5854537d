/** What a helping thread begins with. */
export interface HelperStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Exports of the module by their numbers in a list of calls. */
  readonly names: readonly string[];
  readonly control: Int32Array;
  readonly list: Int32Array;
}

/** A helping thread. */
export interface Helper {
  /** Settles when it waits for tasks, or has failed to start. */
  readonly ready: Promise<void>;
  readonly end: () => void;
}

/** As much of Node's workers as is used. */
interface NodeWorker {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
  unref(): void;
}
type NodeWorkerClass = new (file: URL, options: { execArgv: string[] }) => NodeWorker;

/** Node's own modules, as far as they are used. */
interface NodeModules {
  readonly 'node:worker_threads': { Worker: NodeWorkerClass };
  readonly 'node:os': { availableParallelism(): number };
  readonly 'node:fs/promises': { readFile(path: string): Promise<Uint8Array> };
  readonly 'node:module': {
    createRequire(from: string): { resolve(name: string): string };
  };
}

const { process } = globalThis as {
  process?: { getBuiltinModule?<N extends keyof NodeModules>(name: N): NodeModules[N] };
};

/** Whether this is Node. */
export const isNode = process?.getBuiltinModule !== undefined;

/** A module of Node, unseen by the bundler, which would look for it in the browser. */
export const nodeModule = <N extends keyof NodeModules>(name: N): NodeModules[N] =>
  process!.getBuiltinModule!(name);

/** Processor cores that this process may use. */
export const coreCount = (): number =>
  isNode ? nodeModule('node:os').availableParallelism() : navigator.hardwareConcurrency;

function spawnInNode(start: HelperStart): Helper {
  const { Worker: Thread } = nodeModule('node:worker_threads');
  // By a name that the bundler does not see: it would copy the file without what it imports.
  const file = './helper.js';
  const worker = new Thread(new URL(file, import.meta.url), { execArgv: [] });
  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', () => {
      // From here on it does not keep the process alive.
      worker.unref();
      resolve();
    });
    worker.on('error', (error) => {
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', () => {
      reject(new Error('it ended'));
    });
  });
  worker.postMessage(start);
  return { ready, end: () => void worker.terminate() };
}

function spawnInBrowser(start: HelperStart): Helper {
  const worker = new Worker(new URL('./helper.js', import.meta.url), { type: 'module' });
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => {
      resolve();
    };
    worker.onerror = ({ message }) => {
      reject(new Error(message));
    };
  });
  worker.postMessage(start);
  return {
    ready,
    end: () => {
      worker.terminate();
    },
  };
}

/** Starts a helping thread. */
export function spawnHelper(start: HelperStart): Helper {
  const helper = isNode ? spawnInNode(start) : spawnInBrowser(start);
  // It may be ended before anybody waits for it.
  helper.ready.catch(() => undefined);
  return helper;
}
