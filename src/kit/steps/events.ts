/**
 * An event, or a function that makes it when it is sent. Events that are never sent are never made.
 * Such a function computes its delta ({@link deltaSince}) when it is called, so that skipped events
 * lose nothing.
 */
export type StepEvent<Event> = Event | (() => Event);

/** The event itself. Call it once, when the event is sent. */
export function eventOf<Event>(event: StepEvent<Event>): Event {
  return typeof event === 'function' ? (event as () => Event)() : event;
}

/**
 * Tracks what was sent of a growing state. The returned function gives the difference between the
 * state of the last call (`start` at first) and the current one.
 */
export function deltaSince<State, Delta>(
  start: State,
  diff: (sent: State, now: State) => Delta,
): (now: State) => Delta {
  let sent = start;
  return (now) => {
    const delta = diff(sent, now);
    sent = now;
    return delta;
  };
}
