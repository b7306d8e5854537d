import process from 'node:process';
import { FileError } from '../files/tensors.ts';
import { GeometryError } from '../math/geometry.ts';
import { EvaluationDocumentError } from '../model/attack/evaluation-document.ts';
import { DocumentError } from '../kit/document/error.ts';
import { deviceReason } from '../tensor/device.ts';
import { DeviceError } from '../tensor/device-error.ts';
import { attack } from './attack/attack.ts';
import { parseArguments, UsageError, type Command, type Output } from './command.ts';
import { kde } from './compare/kde.ts';
import { norms } from './net/norms.ts';
import { resume, train } from './train/train.ts';

const COMMANDS: Readonly<Record<string, Command>> = { norms, kde, train, resume, attack };

function overview(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(8)}${summary}`,
  );
  return `Norm Lab on the command line. Results go to stdout as one JSON document, progress to stderr.

  npm run --silent lab -- COMMAND FILE [options]

${lines.join('\n')}

  npm run --silent lab -- COMMAND --help

Exit codes: 0 success; 2 invalid input or a failed run, explained in one line on stderr.`;
}

/** Invalid input, or a failed backend or device. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    error instanceof DeviceError ||
    error instanceof FileError ||
    error instanceof GeometryError ||
    error instanceof DocumentError ||
    error instanceof EvaluationDocumentError
  );
}

const STANDARD: Output = {
  data: (text) => process.stdout.write(`${text}\n`),
  progress: (text) => process.stderr.write(`${text}\n`),
};

/** Runs a command line (without node and script); resolves to the exit code. Bugs are thrown. */
export async function main(argv: readonly string[], output: Output = STANDARD): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    output.data(overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    output.progress(
      `lab: unknown command ${name}; the commands are ${Object.keys(COMMANDS).join(', ')}.`,
    );
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    output.data(command.help);
    return 0;
  }
  try {
    await command.run(parseArguments(rest, command), output);
    return 0;
  } catch (caught) {
    const error = isExpected(caught) ? caught : await deviceReason(caught);
    if (!isExpected(error)) throw error;
    output.progress(`lab ${name}: ${error.message}`);
    return 2;
  }
}
