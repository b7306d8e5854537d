/** What is needed of tfjs's pool of buffers: see `dist/buffer_manager` of its WebGPU backend, 4.22. */
export interface BufferPool {
  /** Buffers that nobody uses, by their exact size and usage. */
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  readonly usedBuffers: Map<string, GPUBuffer[]>;
  numBytesUsed: number;
  numBytesAllocated: number;
  numFreeBuffers: number;
  acquireBuffer(size: number, ...rest: unknown[]): GPUBuffer;
}

/** Bytes that may lie idle beside those in use, whatever these are. */
const SLACK = 64 * 2 ** 20;

/** The order of the entries is that of their last use. */
function noteUse({ freeBuffers }: BufferPool, key: string): void {
  const free = freeBuffers.get(key);
  if (free === undefined) return;
  freeBuffers.delete(key);
  freeBuffers.set(key, free);
}

/** Destroys free buffers, longest unused ones first, until at most `keep` bytes are allocated. */
function freeDownTo(pool: BufferPool, keep: number): void {
  for (const [key, buffers] of pool.freeBuffers) {
    while (pool.numBytesAllocated > keep) {
      const buffer = buffers.pop();
      if (buffer === undefined) break;
      pool.numBytesAllocated -= buffer.size;
      pool.numFreeBuffers -= 1;
      buffer.destroy();
    }
    // tfjs looks for the entry when a buffer in use comes back.
    const used = pool.usedBuffers.get(key)?.length ?? 0;
    if (buffers.length === 0 && used === 0) {
      pool.freeBuffers.delete(key);
      pool.usedBuffers.delete(key);
    }
  }
}

/** What is needed of tfjs's backend. */
export interface PooledBackend {
  submitQueue(): void;
  endComputePassEncoder(): void;
  /** Null when no command waits to be submitted. */
  readonly commandEncoder: GPUCommandEncoder | null;
  readonly bufferManager: BufferPool;
}

/**
 * Keeps tfjs's pool of GPU buffers in bounds: allocated is at most twice the largest use since it was
 * over that last, and {@link SLACK}. tfjs takes a buffer from the pool only where size and usage are
 * exactly those that are asked for, and never gives one back to the device; so batches of many sizes
 * fill the GPU with buffers that nobody asks for again (128 shrinking batches: 883 MB allocated, 0.1 MB in
 * use). A steady run asks for the same sizes at each step and loses none of them.
 *
 * A workaround: it can go when tfjs trims its pool by itself.
 *
 * @returns destroys what nobody uses: for when nothing is computed for a while
 * @see https://github.com/tensorflow/tfjs/issues/2526
 */
export function boundPool(backend: PooledBackend): () => void {
  const pool = backend.bufferManager;
  let peak = 0;
  const acquire = pool.acquireBuffer.bind(pool);
  pool.acquireBuffer = (size, ...rest) => {
    const buffer = acquire(size, ...rest);
    peak = Math.max(peak, pool.numBytesUsed);
    noteUse(pool, `${buffer.size}_${buffer.usage}`);
    return buffer;
  };
  const submit = backend.submitQueue.bind(backend);
  // Right after a submission no command that still waits names a buffer.
  backend.submitQueue = () => {
    submit();
    if (pool.numBytesAllocated <= 2 * peak + SLACK) return;
    freeDownTo(pool, peak);
    peak = pool.numBytesUsed;
  };
  return () => {
    if (backend.commandEncoder !== null) {
      backend.endComputePassEncoder();
      submit();
    }
    freeDownTo(pool, pool.numBytesUsed);
    peak = pool.numBytesUsed;
  };
}
