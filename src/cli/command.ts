import { parseArgs } from 'node:util';

/** Invalid input: one line on stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where a command writes. */
export interface Output {
  /** The one JSON document. */
  readonly data: (text: string) => void;
  /** Progress, for people. */
  readonly progress: (text: string) => void;
}

/** A subcommand of `lab`. */
export interface Command {
  readonly summary: string;
  readonly help: string;
  /** Options that take a value. */
  readonly options: readonly string[];
  /** Options that take no value. */
  readonly flags?: readonly string[];
  readonly run: (args: Arguments, output: Output) => Promise<void>;
}

/** Arguments after the subcommand's name. */
export interface Arguments {
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** Options without a value that were given. */
  readonly flags: readonly string[];
}

/**
 * Splits arguments into files, options (`--name value` or `--name=value`) and flags (`--name`).
 *
 * @throws UsageError for an unknown option, or one without its value.
 */
export function parseArguments(
  argv: readonly string[],
  { options: known, flags: knownFlags = [] }: Pick<Command, 'options' | 'flags'>,
): Arguments {
  const config = Object.fromEntries([
    ...known.map((name) => [name, { type: 'string' as const }]),
    ...knownFlags.map((name) => [name, { type: 'boolean' as const }]),
  ]) as Record<string, { type: 'string' | 'boolean' }>;
  const { tokens } = parseArgs({
    args: [...argv],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const files: string[] = [];
  const flags: string[] = [];
  const options: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const isFlag = knownFlags.includes(name);
    if (!isFlag && !known.includes(name)) {
      const list = [...known, ...knownFlags].map((option) => `--${option}`).join(', ');
      throw new UsageError(`unknown option ${rawName}; the options are ${list}.`);
    }
    if (isFlag && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    if (!isFlag && value === undefined) throw new UsageError(`${rawName} needs a value.`);
    if (value === undefined) flags.push(name);
    else options[name] = value;
  }
  return { files, options, flags };
}

/** The value of an option with fixed choices; defaults to the first. */
export function choice<T extends string>(
  args: Arguments,
  name: string,
  choices: readonly [T, ...T[]],
): T {
  const given = args.options[name];
  if (given === undefined) return choices[0];
  const match = choices.find((value) => value === given);
  if (match === undefined) {
    throw new UsageError(`--${name} ${given}: give one of ${choices.join(', ')}.`);
  }
  return match;
}

/** The value of an option that is a whole number in a range; `fallback` when it is absent. */
export function wholeNumber(
  args: Arguments,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const given = args.options[name];
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`--${name} ${given}: give a whole number from ${min} to ${max}.`);
  }
  return value;
}
