import { DeviceError, type DeviceTrouble } from '../device-error.ts';
import { HUNG_AFTER, watchQueue } from '../queue-watch.ts';

/** What supervision needs of a GPUDevice. */
export interface SupervisedDevice {
  readonly lost: Promise<{ readonly reason?: string | undefined; readonly message: string }>;
  readonly queue: {
    submit(buffers: Iterable<never>): void;
    onSubmittedWorkDone(): Promise<unknown>;
  };
  addEventListener(type: 'uncapturederror', listener: (event: { error: object }) => void): void;
  destroy(): void;
}

/** Limits in milliseconds. */
export interface Patience {
  /** A read is given up when the device has finished nothing for so long. */
  readonly hungAfter: number;
  /**
   * How long what failed waits for the device to say why. One that emulates a GPU tells its loss only
   * when the programs that it is at are done: more than a second was seen.
   */
  readonly reasonWithin: number;
}

const PATIENCE: Patience = { hungAfter: HUNG_AFTER, reasonWithin: 10_000 };

function isOutOfMemory(error: object): boolean {
  return error.constructor.name === 'GPUOutOfMemoryError';
}

function troubleOf(error: object): DeviceTrouble {
  const said = 'message' in error && typeof error.message === 'string' ? error.message : '';
  const [line = ''] = said.split('\n');
  return isOutOfMemory(error)
    ? { code: 'out-of-memory', message: `The GPU's memory is full: ${line || 'no more is given'}` }
    : { code: 'device-error', message: `The GPU refused a command: ${line || 'it says no more'}` };
}

/**
 * Watches one device. tfjs never asks whether its device is lost or a command failed, and its
 * reads then never end, or give what was in the memory before.
 *
 * The first trouble is told to the listener and kept: every later read fails with it.
 */
export class Supervisor {
  #trouble: DeviceTrouble | null = null;
  #closed = false;
  /** When the device last finished something. */
  #answered = 0;
  readonly #troubled: Promise<DeviceTrouble>;
  #settle: (trouble: DeviceTrouble) => void = () => undefined;

  constructor(
    private readonly device: SupervisedDevice,
    private readonly listener: (trouble: DeviceTrouble) => void,
    private readonly patience: Patience = PATIENCE,
  ) {
    this.#troubled = new Promise((resolve) => (this.#settle = resolve));
    void device.lost.then(({ message }) =>
      this.#tell({
        code: 'device-lost',
        message: `The GPU was lost: ${message || 'the driver says no more'}`,
      }),
    );
    device.addEventListener('uncapturederror', ({ error }) => this.#tell(troubleOf(error)));
    this.#followQueue();
  }

  /** What went wrong first, or null. */
  get trouble(): DeviceTrouble | null {
    return this.#trouble;
  }

  /** Ends the device without telling anyone: it is not needed any more. */
  close(): void {
    this.#closed = true;
    this.device.destroy();
  }

  /**
   * The numbers of a read, once they can be trusted.
   *
   * @throws DeviceError when the device is in trouble or silent for `hungAfter`.
   */
  async guard<T>(read: Promise<T>): Promise<T> {
    const stop = this.#watchQueue();
    try {
      const numbers = await Promise.race([read, this.#troubled.then(raise)]);
      if (this.#trouble !== null) raise(this.#trouble);
      return numbers;
    } catch (error) {
      // The one that lost the race may fail too: nobody waits for it any more.
      read.catch(() => undefined);
      throw await this.reasonOf(error);
    } finally {
      stop();
    }
  }

  /**
   * Why something failed: the device's word on it, which can come after, where it has one; else the
   * error itself.
   */
  async reasonOf(error: unknown): Promise<unknown> {
    if (error instanceof DeviceError || this.#closed) return error;
    if (this.#trouble !== null) return new DeviceError(this.#trouble);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waited = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), this.patience.reasonWithin);
    });
    const trouble = await Promise.race([this.#troubled, waited]);
    clearTimeout(timer);
    return trouble === null ? error : new DeviceError(trouble);
  }

  #tell(trouble: DeviceTrouble): void {
    if (this.#trouble !== null || this.#closed) return;
    this.#trouble = trouble;
    this.#settle(trouble);
    this.listener(trouble);
  }

  /** Notes when the device finishes a submission: a slow one is not a hung one. */
  #followQueue(): void {
    const { queue } = this.device;
    const submit = queue.submit.bind(queue);
    queue.submit = (buffers) => {
      submit(buffers);
      void queue.onSubmittedWorkDone().then(
        () => (this.#answered = performance.now()),
        () => undefined,
      );
    };
  }

  /** Watches the queue while a read is under way; the result ends that. */
  #watchQueue(): () => void {
    return watchQueue({
      answered: () => this.#answered,
      hungAfter: this.patience.hungAfter,
      onHung: (trouble) => {
        this.#tell(trouble);
        // Whatever still waits for the device fails now instead of never.
        this.device.destroy();
      },
    });
  }
}

function raise(trouble: DeviceTrouble): never {
  throw new DeviceError(trouble);
}
