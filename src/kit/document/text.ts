import { formatRange, type Field } from './field.ts';

const FRACTION = /^\s*([\d.,]+)\s*\/\s*([\d.,]+)\s*$/;

/** Parses a typed number: `0.1`, `0,1`, or a fraction such as `8/255`; NaN when it is invalid. */
export function parseFraction(text: string): number {
  const number = (part: string): number => Number(part.trim().replace(',', '.') || NaN);
  const [, over, under] = FRACTION.exec(text) ?? [];
  return over === undefined ? number(text) : number(over) / number(under!);
}

/** Parses a field's text without checking its range; undefined when it is invalid. */
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

/** The values accepted by a field, for messages: `linf, l2, l1`. */
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
