import type { Reply, Request } from '../../model/jobs.ts';
import type { JobScope } from '../../worker/serve-jobs.ts';

/**
 * The computing worker on the page's own thread, with the worker's real jobs. The worker that draws M stays
 * silent: there is no canvas to draw on.
 */
export class WorkerInPage {
  onmessage: ((event: { readonly data: Reply }) => void) | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  readonly #scope: Promise<JobScope> | null;

  constructor(url: string | URL) {
    this.#scope = String(url).includes('matrix-worker') ? null : this.#serve();
  }

  async #serve(): Promise<JobScope> {
    const { serveJobs } = await import('../../worker/serve-jobs.ts');
    const scope: JobScope = {
      onmessage: null,
      postMessage: (data) => queueMicrotask(() => this.onmessage?.({ data })),
    };
    serveJobs(scope);
    return scope;
  }

  postMessage(data: Request): void {
    void this.#scope?.then((scope) => scope.onmessage?.({ data } as MessageEvent<Request>));
  }

  terminate(): void {
    this.onmessage = null;
  }
}
