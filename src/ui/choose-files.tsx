import { useRef, type ChangeEvent, type JSX } from 'react';
import { Button } from './button.tsx';

interface Props {
  readonly label: string;
  /** What the dialog offers, as in the attribute of the same name; all files when left out. */
  readonly accept?: string;
  /** `folder`: all files of one folder. */
  readonly choice: 'one' | 'many' | 'folder';
  readonly kind?: 'plain' | 'primary' | 'quiet';
  /** Gets at least one file. */
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that opens the browser's file dialog. */
export function ChooseFiles({
  label,
  accept,
  choice,
  kind = 'plain',
  onFiles,
}: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.target.files ?? [])];
    // Else the same file could not be chosen again after it was fixed.
    event.target.value = '';
    if (files.length > 0) onFiles(files);
  };
  // React's types lack the attribute for folders.
  const folder = choice === 'folder' ? { webkitdirectory: '' } : {};
  return (
    <>
      <Button kind={kind} data-folder={choice === 'folder'} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple={choice !== 'one'}
        hidden
        aria-label={label}
        accept={accept}
        onChange={take}
        {...folder}
      />
    </>
  );
}
