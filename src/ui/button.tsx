import type { ComponentProps, JSX } from 'react';
import styles from './controls.module.css';

type Props = ComponentProps<'button'> & { readonly kind?: 'plain' | 'primary' | 'quiet' };

/** A native button. `primary` is the one thing to press next. */
export function Button({ kind = 'plain', className, ...rest }: Props): JSX.Element {
  const classes = [styles.button, styles[kind], className].filter(Boolean).join(' ');
  return <button type="button" {...rest} className={classes} />;
}
