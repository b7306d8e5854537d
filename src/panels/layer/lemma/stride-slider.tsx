import { useId, type JSX } from 'react';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import styles from './lemma.module.css';

const MESSAGES = TEXT.lemma;

/** Drag the stride and watch the classes change; the field in the control column follows. */
export function StrideSlider(): JSX.Element {
  const id = useId();
  const spec = useLayer((state) => state.spec);
  const patch = useLayer((state) => state.patch);
  const most = Math.max(4, ...spec.kernel, ...spec.stride);
  const [vertical, horizontal] = spec.stride;
  const text = vertical === horizontal ? String(vertical) : `${vertical} × ${horizontal}`;
  return (
    <div className={styles.slider}>
      <label htmlFor={id}>{`${MESSAGES.stride} ${text}`}</label>
      <input
        id={id}
        type="range"
        min={1}
        max={most}
        step={1}
        disabled={spec.type === 'dense'}
        value={vertical}
        aria-valuetext={text}
        onChange={({ target }) => patch({ stride: [Number(target.value), Number(target.value)] })}
      />
    </div>
  );
}
