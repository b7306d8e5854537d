/**
 * Closes steps before their end, so that their `finally` blocks run. Steps that start again
 * instead, such as those on a device lost meanwhile, are closed again.
 *
 * @returns what the steps return in answer to the close; undefined when they return nothing.
 */
export async function closeSteps<R>(steps: AsyncGenerator<unknown, R>): Promise<R | undefined> {
  for (;;) {
    const step: IteratorResult<unknown, R | undefined> = await steps.return(undefined as never);
    if (step.done === true) return step.value;
  }
}

/**
 * Yields `map(event)` for each event and returns the result unchanged. Closes the steps when it is
 * left early or `map` throws.
 */
export async function* mapSteps<E, T, R>(
  steps: AsyncGenerator<E, R>,
  map: (event: E) => T | Promise<T>,
): AsyncGenerator<T, R, undefined> {
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
      yield await map(step.value);
    }
  } finally {
    await closeSteps(steps);
  }
}

/**
 * Runs steps and calls `onEvent` with each event. Closes them when `stop` is aborted after an event
 * or `onEvent` throws.
 *
 * @returns the result; null when stopped.
 */
export async function runSteps<E, R>(
  steps: AsyncGenerator<E, R>,
  onEvent: (event: E) => void,
  stop: { readonly aborted: boolean } = { aborted: false },
): Promise<R | null> {
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
      onEvent(step.value);
      if (stop.aborted) return null;
    }
  } finally {
    await closeSteps(steps);
  }
}

/** Runs steps to their end. Returns the result and ignores the events. */
export async function resultOf<R>(steps: AsyncGenerator<unknown, R>): Promise<R> {
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
  }
}

/** A promise as steps without events. */
// oxlint-disable-next-line require-yield -- there are no events to yield
export async function* fromPromise<T>(work: () => Promise<T>): AsyncGenerator<never, T, undefined> {
  return await work();
}
