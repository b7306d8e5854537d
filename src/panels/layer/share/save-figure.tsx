import type { ComponentProps, JSX } from 'react';
import { SaveButtons } from '../../../figures/save-buttons.tsx';
import { TEXT } from '../messages.ts';

const MESSAGES = TEXT.share;

interface Props {
  /** Name of the files, without their ending. */
  readonly name: string;
  readonly svg?: ComponentProps<typeof SaveButtons>['svg'];
  readonly rows?: ComponentProps<typeof SaveButtons>['table'];
}

/** Saves a figure of the Layer panel as SVG or PNG, and its numbers as CSV. */
export function SaveLayerFigure({ name, svg, rows }: Props): JSX.Element {
  return (
    <div role="group" aria-label={`${MESSAGES.save} ${name}`}>
      <SaveButtons
        compact
        file={name}
        svg={svg}
        table={rows}
        label={(format) => `${name}: ${format}`}
      />
    </div>
  );
}
