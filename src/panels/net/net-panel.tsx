import type { JSX } from 'react';

/** The net inspector. */
export function NetPanel(): JSX.Element {
  return <h1>Net inspector</h1>;
}
