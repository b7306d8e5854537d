import { expect, test as base } from './fixtures.ts';
import { TrainPage } from './pages/train-page.ts';

const test = base.extend<{ train: TrainPage }>({
  train: async ({ lab }, use) => {
    await use(new TrainPage(lab));
  },
});

const SMALL =
  'data.train=64&data.test=40&net.width=0.25&training.epochs=2&training.batchSize=16' +
  '&adversarial.kind=trades&adversarial.steps=2&record.robustImages=20&record.robustSteps=3';

test('P13: adversarial training trains and shows its robust accuracy', async ({ train }) => {
  await train.open(SMALL);
  await train.button('Play').click();
  await expect(train.state('State')).toHaveText('finished', { timeout: 60_000 });
  await expect(train.page.getByRole('slider', { name: /^Accuracy/ })).toHaveAttribute(
    'aria-valuetext',
    /Epoch 2: .* of 20 stand PGD-3, ℓ∞ ε 0.031 \(not AutoAttack\), 95 % interval/,
  );
  await expect(train.run('Run 1')).toContainText('TRADES ε 0.031');
  await expect(train.run('Run 1')).toContainText(/after epoch 2: PGD-3, .* not AutoAttack/);
});
