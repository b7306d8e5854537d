import { useEffect, useState, type JSX } from 'react';
import { Button } from '../../../ui/button.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import styles from './share.module.css';

const MESSAGES = TEXT.share;

/** The snippet of the layer on screen, made when it is wanted. */
function useSnippet(wanted: boolean): string {
  const report = useLayer((state) => state.report);
  const shown = useLayer((state) => state.shown);
  const [text, setText] = useState('');
  useEffect(() => {
    if (!wanted || report === null || shown === null) return undefined;
    let current = true;
    void import('../../../model/layer/pytorch.ts').then(({ pytorchSnippet }) => {
      const input = { spec: shown, operator: report.operator, file: MESSAGES.jsonName };
      if (current) setText(pytorchSnippet(input));
    });
    return () => {
      current = false;
    };
  }, [wanted, report, shown]);
  return text;
}

/** The same layer in PyTorch, to copy. */
export function Pytorch(): JSX.Element {
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState('');
  const text = useSnippet(open);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <details
      className={styles.details}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{MESSAGES.pytorch}</summary>
      <div className={styles.snippet}>
        <Button onClick={() => void copy()}>
          {copied === text && text !== '' ? MESSAGES.copied : MESSAGES.copySnippet}
        </Button>
        {/* Long lines scroll, so the code has to be reachable by keyboard. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0} role="region" aria-label={MESSAGES.pytorch}>
          <code>{text}</code>
        </pre>
      </div>
    </details>
  );
}
