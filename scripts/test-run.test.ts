import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firstLoadFiles } from './lib/build.mjs';
import { systemCandidates } from './lib/chromium.mjs';
import { runPool } from './lib/pool.mjs';
import { runNode } from './lib/process.mjs';
import { closingLine, countPlaywright, countVitest, sumCounts } from './lib/reports.mjs';
import { changedOptions, chooseSteps } from './lib/steps.mjs';

const unit = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

describe('the closing line', () => {
  it('names the skipped tests only when there are some', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    const some = { passed: 12, failed: 1, skipped: 3 };
    expect(closingLine(some)).toBe('12 passed, 1 failed, 3 skipped');
  });

  it('sums the reports of both runners', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    const stats = { expected: 7, unexpected: 1, flaky: 1, skipped: 1 };
    const parts = [countVitest({ ...unit, testResults }), countPlaywright({ stats })];
    expect(closingLine(sumCounts(parts))).toBe('13 passed, 2 failed, 4 skipped');
  });

  it('counts a test file that cannot be loaded as a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }, { status: 'passed' }];
    expect(countVitest({ ...unit, testResults }).failed).toBe(2);
    const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    expect(countPlaywright({ stats, errors: [{}] }).failed).toBe(1);
  });
});

describe('chooseSteps', () => {
  it('adds what a step needs and keeps the order', () => {
    const names = (only?: string): string[] => chooseSteps(only).map((step) => step.name);
    expect(names('e2e, unit')).toEqual(['build', 'unit', 'e2e']);
    expect(names('types,lint,changed')).toEqual(['types', 'lint', 'changed']);
    expect(names()).toEqual('format types lint build boundaries unused unit e2e'.split(' '));
  });

  it('refuses a name that is no step', () => {
    expect(() => chooseSteps('unti')).toThrow(/"unti".*unit/);
  });
});

describe('changedOptions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'norm-lab-changed-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const commit = (): string => git('commit', '--quiet', '--allow-empty', '--message=x');
  const ask = (): { options: string[]; said: string } => {
    const said: string[] = [];
    const options = changedOptions(folder, (sentence) => said.push(sentence));
    return { options, said: said.join(' ') };
  };

  it('runs every test where there is no commit, and says so', () => {
    const found = ask();
    expect(found.options).toEqual([]);
    expect(found.said).toMatch(/every unit test runs/);
  });

  it('compares with the last commit where there is no main, and says so', () => {
    git('init', '--quiet', '--initial-branch=work');
    commit();
    const found = ask();
    expect(found.options).toEqual(['--changed', 'HEAD']);
    expect(found.said).toMatch(/no branch main/);
  });

  it('compares with the point where the branch left main', () => {
    git('branch', 'main');
    const base = git('rev-parse', 'HEAD');
    commit();
    git('checkout', '--quiet', 'main');
    git('commit', '--quiet', '--allow-empty', '--message=later');
    git('checkout', '--quiet', 'work');
    expect(ask()).toEqual({ options: ['--changed', base], said: '' });
  });
});

describe('runProgram', () => {
  it('ends a program when its time is up, with all that it started', async () => {
    const waits = 'setInterval(() => 0, 1000)';
    const spawns = `require('child_process').spawn(process.execPath, ['-e', '${waits}'],
      { stdio: 'inherit' }); ${waits}`;
    const end = await runNode(['-e', spawns], { minutes: 1 / 60, output: 'keep' });
    expect(end).toMatchObject({ code: 124, timedOut: true });
  });

  it('hands back the exit code and what was written', async () => {
    const program = 'console.log("a"); console.error("b"); process.exitCode = 3';
    const end = await runNode(['-e', program], { minutes: 1, output: 'keep' });
    expect(end.code).toBe(3);
    expect(end.output.trim().split('\n').sort()).toEqual(['a', 'b']);
  });
});

describe('runPool', () => {
  it('keeps the order of the results and never runs more than its width', async () => {
    let now = 0;
    let most = 0;
    const results = await runPool([30, 10, 20, 5], 2, async (ms) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, ms));
      now--;
      return ms * 2;
    });
    expect(results).toEqual([60, 20, 40, 10]);
    expect(most).toBe(2);
  });
});

describe('firstLoadFiles', () => {
  it('follows static imports and their style sheets, but not lazy chunks', () => {
    const viteMetadata = { importedCss: new Set(['a.css']) };
    const files = [
      { type: 'chunk', fileName: 'main.js', isEntry: true, imports: ['shared.js'], viteMetadata },
      { type: 'chunk', fileName: 'shared.js', imports: ['main.js'] },
      { type: 'chunk', fileName: 'lazy.js', imports: ['shared.js'] },
    ];
    expect(firstLoadFiles(files).sort()).toEqual(['a.css', 'main.js', 'shared.js']);
  });
});

describe('systemCandidates', () => {
  it('looks for every name on the PATH before the places where macOS keeps programs', () => {
    const found = systemCandidates('darwin', { PATH: '/one:/two', HOME: '/home' });
    expect(found.slice(0, 2)).toEqual(['/one/chromium', '/two/chromium']);
    expect(found).toContain('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  });
});
