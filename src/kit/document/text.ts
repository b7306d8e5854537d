import { formatRange, type Field } from './field.ts';

const FRACTION = /^\s*([\d.,]+)\s*\/\s*([\d.,]+)\s*$/;

/** A number as a person types it: `0.1`, `0,1`, or a fraction such as `8/255`; NaN when it is none. */
export function parseFraction(text: string): number {
  const number = (part: string): number => Number(part.trim().replace(',', '.') || NaN);
  const [, over, under] = FRACTION.exec(text) ?? [];
  return over === undefined ? number(text) : number(over) / number(under!);
}

/** The value that a text stands for in a field, its range not yet checked; undefined when it is none. */
export function parseFieldText(field: Field, text: string): unknown {
  switch (field.kind) {
    case 'number': {
      const value = field.fraction === true ? parseFraction(text) : Number(text.trim() || NaN);
      return Number.isFinite(value) ? value : undefined;
    }
    case 'toggle':
      return { true: true, false: false }[text];
    case 'list': {
      const values = text.split(' ').map((part) => Number(part.trim() || NaN));
      return values.every(Number.isFinite) ? values : undefined;
    }
    case 'choice':
      return text;
  }
}

/** What a field accepts, for sentences: `linf, l2, l1`. */
export function formatAccepted(field: Field): string {
  switch (field.kind) {
    case 'number':
      return field.fraction === true
        ? 'a number such as 0.1, or a fraction such as 8/255'
        : formatRange(field);
    case 'toggle':
      return 'true or false';
    case 'list':
      return 'numbers separated by spaces';
    case 'choice':
      return Object.keys(field.choices).join(', ');
  }
}
