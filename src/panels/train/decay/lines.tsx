import { useMemo, type JSX } from 'react';
import { Tex } from '../../../ui/tex.tsx';
import styles from './decay.module.css';
import { linesOf } from './line-labels.ts';
import type { Look } from './look.ts';
import { TEXT } from './messages.ts';

interface Props {
  readonly look: Look;
  /** The weight whose numbers are shown. */
  readonly at: number;
}

/** Algorithm 1 with a layer's own numbers beside each line; the current line is marked. */
export function Lines({ look, at }: Props): JSX.Element {
  const lines = useMemo(() => linesOf(look, at), [look, at]);
  const current = lines[look.line - 1];
  const { mode } = look.before.decay;
  return (
    <section aria-label={TEXT.lines.title} className={styles.lines}>
      <h3>
        {TEXT.lines.title}
        {mode === 'repo' && `, ${TEXT.lines.repo}`}
      </h3>
      <ol>
        {lines.map(({ tex, plain, numbers }, index) => (
          <li
            key={plain}
            aria-current={index === look.line - 1 ? 'step' : undefined}
            data-done={index < look.line}
          >
            <Tex tex={tex} plain={plain} />
            {numbers.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </li>
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {current === undefined
          ? ''
          : `${look.line}: ${current.plain}. ${current.numbers.join(' ')}`}
      </p>
    </section>
  );
}
