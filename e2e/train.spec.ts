import { expect, test as base } from './fixtures.ts';
import { axe } from './pages/axe.ts';
import { TrainPage } from './pages/train-page.ts';

const test = base.extend<{ train: TrainPage }>({
  train: async ({ lab }, use) => {
    await use(new TrainPage(lab));
  },
});

const SMALL = 'data.train=200&data.test=100&net.width=0.25';

test('P2, P7: a run plays, pauses within a batch, takes one step, and resumes after a reload', async ({
  train,
}) => {
  await train.open(`${SMALL}&training.epochs=500`);
  expect(await axe(train.page)).toEqual([]);
  await train.button('Play').click();
  await train.stepsBeyond(8);

  await train.field('Learning rate').fill('0.02');
  await train.button('Apply Learning rate').click();
  await expect(train.page.getByText(/from step \d+: Learning rate = 0.02/)).toBeVisible();

  await train.button('Pause').click();
  await expect(train.state('State')).toHaveText('paused');
  const paused = await train.steps();
  await expect(train.page.getByRole('slider', { name: /^Loss/ })).toHaveAttribute(
    'aria-valuetext',
    new RegExp(`^Step ${paused}: loss \\d`),
  );
  await train.button('One step').click();
  await expect(train.state('Step')).toHaveText(`${paused + 1} / 3,500`);
  await expect(train.state('State')).toHaveText('paused');
  expect(await axe(train.page)).toEqual([]);

  await train.page.reload();
  await train.page.getByLabel('Show Run 1').check();
  await expect(train.state('Step')).toHaveText(`${paused + 1} / 3,500`);
  await expect(train.page.getByText(/from step \d+: Learning rate = 0.02/)).toBeVisible();
  await train.button('Resume').click();
  await train.stepsBeyond(paused + 8);
  await train.button('Stop').click();
  await expect(train.state('State')).toHaveText('stopped');
  await expect(train.button('New run like this')).toBeVisible();
});

test('P6: a loss that is not finite is reported, and the run resumes from the checkpoint with a lower learning rate', async ({
  train,
}) => {
  // θ ← θ − 100·10·θ: the weights grow a thousandfold a step.
  const wild = 'training.learningRate=100&regularizer.kind=weight-decay&regularizer.lambda=10';
  await train.open(`${SMALL}&training.epochs=2&training.batchSize=8&${wild}`);
  await train.button('Play').click();
  await expect(train.alert).toContainText(/Training stopped at step \d+/, { timeout: 30_000 });
  await train.field('with the learning rate').fill('0,001');
  await train.button('Resume from the last checkpoint').click();
  await expect(train.alert).toHaveCount(0);
  await expect(train.state('State')).toHaveText('finished', { timeout: 30_000 });
  await expect(train.run('Run 1')).toContainText('50 / 50, finished');
});

test('P7: runs are drawn over each other, deleted with undo, and open in the net inspector', async ({
  train,
}) => {
  await train.open(`${SMALL}&training.epochs=2`);
  await train.button('Play').click();
  await expect(train.state('State')).toHaveText('finished', { timeout: 30_000 });
  await train.button('New run like this').click();
  await train.field('Name').fill('second');
  await train.button('Play').click();
  await expect(train.run('second')).toContainText('14 / 14, finished', { timeout: 30_000 });
  await train.page.getByLabel('Draw the curves of Run 1').check();
  await expect(train.page.getByRole('slider', { name: /^Accuracy/ })).toHaveAttribute(
    'aria-valuetext',
    /95 % interval .* Run 1: \d/,
  );
  await train.button('Delete Run 1').click();
  await expect(train.run('Run 1')).toHaveCount(0);
  await train.button('Undo').click();
  await expect(train.run('Run 1')).toBeVisible();
  const wide = train.page.viewportSize()!;
  await train.page.setViewportSize({ width: 768, height: 900 });
  const { x, width } = (await train.button('Delete Run 1').boundingBox())!;
  expect(x + width).toBeLessThan(768);
  await expect(train.run('Run 1').getByRole('cell')).toHaveCount(7);
  await train.page.setViewportSize(wide);
  await train.page.emulateMedia({ colorScheme: 'dark' });
  expect(await axe(train.page)).toEqual([]);
  await train.button('Open in the net inspector').click();
  await expect(train.page.getByRole('heading', { name: 'Layers of Run 1' })).toBeVisible();
});
