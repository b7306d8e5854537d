import { expect, it } from 'vitest';
import { runJob } from './run-job.ts';

it('tells the last event of a job that is stopped, however soon it came', async () => {
  function* steps(): Generator<number, null> {
    for (let step = 1; ; step++) yield step;
  }
  const received: number[] = [];
  let looks = 0;
  const hooks = { aborted: () => ++looks === 3, onEvent: (step: number) => received.push(step) };
  const outcome = await runJob(steps(), hooks);
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'aborted' } });
  // The second one comes too soon after the first; so does the third, but it is the last.
  expect(received[0]).toBe(1);
  expect(received.at(-1)).toBe(3);
});
