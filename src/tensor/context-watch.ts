import { DeviceError, type DeviceTrouble } from './device-error.ts';
import { HUNG_AFTER, watchQueue } from './queue-watch.ts';

const LOST: DeviceTrouble = {
  code: 'device-lost',
  message: 'The GPU was lost: the browser took its WebGL context away.',
};

/** Programs between two fences of the lab's own. */
const PROGRAMS_A_FENCE = 32;
const MOST_FENCES = 64;

/** Values of the WebGL 2 specification. */
const FENCE = {
  SYNC_GPU_COMMANDS_COMPLETE: 0x9117,
  ALREADY_SIGNALED: 0x911a,
  CONDITION_SATISFIED: 0x911c,
} as const;

/** What is used of a WebGL context; only WebGL 2 has fences. */
export interface WatchedContext {
  readonly canvas: Pick<EventTarget, 'addEventListener'>;
  isContextLost(): boolean;
  getExtension(name: 'WEBGL_lose_context'): { loseContext(): void } | null;
  readonly fenceSync?: WebGL2RenderingContext['fenceSync'];
  readonly clientWaitSync?: WebGL2RenderingContext['clientWaitSync'];
  readonly deleteSync?: WebGL2RenderingContext['deleteSync'];
}

/** As much of tfjs's WebGL backend as is watched. */
export interface WatchedWebGl {
  readonly gpgpu: {
    readonly gl: WatchedContext;
    /** Reads under way ask for their fences from here, again and again. */
    itemsToPoll: unknown[];
    executeProgram(): void;
  };
}

/**
 * Fences after every so many programs: the ones that were passed tell that the GPU gets on, when a read
 * has to wait for much. Without fences (WebGL 1) the queue is taken to get on.
 */
class Progress {
  #fences: WebGLSync[] = [];
  #programs = 0;
  #answered = 0;

  constructor(private readonly gl: WatchedContext) {}

  /** Counts a program that was put into the queue. */
  count(): void {
    this.#programs += 1;
    if (this.#programs % PROGRAMS_A_FENCE !== 0) return;
    const { gl } = this;
    const fence = gl.fenceSync?.(FENCE.SYNC_GPU_COMMANDS_COMPLETE, 0) ?? null;
    if (fence !== null) this.#fences.push(fence);
    if (this.#fences.length > MOST_FENCES) gl.deleteSync?.(this.#fences.shift()!);
  }

  /** When something was last seen to be finished: now, if a fence was passed since the last look. */
  answered(): number {
    const { gl } = this;
    if (gl.fenceSync === undefined) this.#answered = performance.now();
    while (this.#fences.length > 0 && this.#isPassed(this.#fences[0]!)) {
      gl.deleteSync?.(this.#fences.shift()!);
      this.#answered = performance.now();
    }
    return this.#answered;
  }

  #isPassed(fence: WebGLSync): boolean {
    const state = this.gl.clientWaitSync?.(fence, 0, 0);
    return state === FENCE.ALREADY_SIGNALED || state === FENCE.CONDITION_SATISFIED;
  }
}

/**
 * Watches one context of tfjs's WebGL backend. tfjs makes no use of a loss but to ask for another
 * context one day: its reads under way wait for fences that no one passes, and later ones give zeros.
 */
export class ContextWatch {
  #trouble: DeviceTrouble | null = null;
  #settle: () => void = () => undefined;
  readonly #troubled = new Promise<void>((resolve) => (this.#settle = resolve));
  readonly #progress: Progress;

  constructor(
    readonly backend: WatchedWebGl,
    private readonly listener: (trouble: DeviceTrouble) => void,
    private readonly hungAfter: number = HUNG_AFTER,
  ) {
    const { gpgpu } = backend;
    this.#progress = new Progress(gpgpu.gl);
    const execute = gpgpu.executeProgram.bind(gpgpu);
    gpgpu.executeProgram = () => {
      execute();
      this.#progress.count();
    };
    gpgpu.gl.canvas.addEventListener('webglcontextlost', () => this.trouble());
  }

  /** What is wrong with the context, or null; the first time that it is seen it is reported. */
  trouble(): DeviceTrouble | null {
    if (this.#trouble === null && this.backend.gpgpu.gl.isContextLost()) this.#tell(LOST);
    return this.#trouble;
  }

  /** The context's trouble where there is one, else the error. */
  reasonOf(error: unknown): unknown {
    const trouble = this.trouble();
    return trouble === null ? error : new DeviceError(trouble);
  }

  /**
   * The numbers of a read, once they can be trusted.
   *
   * @throws DeviceError when the context is lost, or its queue silent for `hungAfter`.
   */
  async guard<T>(read: Promise<T>): Promise<T> {
    // The one that loses the race may fail too: nobody waits for it any more.
    read.catch(() => undefined);
    const stop = this.#watchQueue();
    try {
      const numbers = await Promise.race([read, this.#troubled]);
      if (this.trouble() === null) return numbers as T;
    } catch (error) {
      throw this.reasonOf(error);
    } finally {
      stop();
    }
    throw this.reasonOf(null);
  }

  #watchQueue(): () => void {
    return watchQueue({
      answered: () => this.#progress.answered(),
      hungAfter: this.hungAfter,
      onHung: (trouble) => {
        this.#tell(trouble);
        // The next start asks for a new context.
        this.backend.gpgpu.gl.getExtension('WEBGL_lose_context')?.loseContext();
      },
    });
  }

  #tell(trouble: DeviceTrouble): void {
    if (this.#trouble !== null) return;
    this.#trouble = trouble;
    this.backend.gpgpu.itemsToPoll = [];
    this.#settle();
    this.listener(trouble);
  }
}
