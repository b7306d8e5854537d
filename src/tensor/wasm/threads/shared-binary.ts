/** The id of the section that declares a module's memories. */
const MEMORY_SECTION = 5;
/** Limits of a memory: with a maximum, and with a maximum and shared between threads. */
const WITH_MAXIMUM = 1;
const SHARED = 3;

/** An unsigned LEB128 number, and where the next one begins. */
function readNumber(bytes: Uint8Array, start: number): { value: number; next: number } {
  let [value, shift, at] = [0, 0, start];
  for (;;) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) return { value: value >>> 0, next: at };
  }
}

/**
 * The same module with its own memory declared as shared: one bit of the binary.
 *
 * So tfjs's build for one thread works on a memory that the lab's kernels can work on from several
 * threads. A program that knows nothing of other threads may use shared memory like any other, as
 * long as nobody else writes where it reads: only kernels write from other threads, and the lab's
 * thread waits for them.
 *
 * @throws Error when the module has no memory of its own with a maximum.
 * @see WebAssembly core specification 2.0, section 5.5.8, and the threads proposal.
 */
export function withSharedMemory(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary);
  for (let at = 8; at < bytes.length;) {
    const section = bytes[at];
    const { value: length, next } = readNumber(bytes, at + 1);
    if (section === MEMORY_SECTION) {
      const { value: count, next: limits } = readNumber(bytes, next);
      if (count !== 1 || bytes[limits] !== WITH_MAXIMUM) break;
      bytes[limits] = SHARED;
      return bytes;
    }
    at = next + length;
  }
  throw new Error(
    "tfjs's WebAssembly module declares its memory in another way: not version 4.22?",
  );
}
