/**
 * Yields `map(event)` for each event and returns the result unchanged. Closes the steps when it is
 * left early or `map` throws.
 */
export function* mapStepsSync<E, T, R>(
  steps: Generator<E, R>,
  map: (event: E) => T,
): Generator<T, R, undefined> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      yield map(step.value);
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Runs steps to their end. Returns the result and ignores the events. */
export function resultOfSync<R>(steps: Generator<unknown, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
