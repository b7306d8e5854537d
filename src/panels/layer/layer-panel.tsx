import { useEffect, useState, type JSX } from 'react';
import { DEFAULT_LAYER } from '../../spec/layer.ts';
import type { LayerReport } from '../../spec/jobs.ts';
import { startJob } from '../../state/worker-client.ts';
import { formatNumber } from '../../ui/format.ts';

/** The Layer panel. */
export function LayerPanel(): JSX.Element {
  const [report, setReport] = useState<LayerReport | null>(null);
  useEffect(() => {
    const job = startJob('layer', DEFAULT_LAYER);
    void job.outcome.then((outcome) => outcome.ok && setReport(outcome.value));
    return job.abort;
  }, []);
  return (
    <p>
      {report && `ℓ1 ${formatNumber(report.norms.l1.value)} ℓ∞ ${formatNumber(report.norms.linf.value)}`}
    </p>
  );
}
