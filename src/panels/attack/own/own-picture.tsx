import type { JSX } from 'react';

export function OwnPicture(): JSX.Element {
  return <section />;
}
