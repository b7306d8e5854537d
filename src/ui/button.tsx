import type { ComponentProps, JSX } from 'react';
import styles from './controls.module.css';

type Props = ComponentProps<'button'> & { readonly kind?: 'plain' | 'primary' | 'quiet' };

/**
 * A native button. `primary` is the one thing to press next. One that is `aria-disabled` does nothing, but
 * keeps the focus: for buttons that a press can switch off.
 */
export function Button({ kind = 'plain', className, onClick, ...rest }: Props): JSX.Element {
  const classes = [styles.button, styles[kind], className].filter(Boolean).join(' ');
  const act = rest['aria-disabled'] === true ? undefined : onClick;
  return <button type="button" {...rest} onClick={act} className={classes} />;
}
