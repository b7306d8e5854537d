import { serveJobs, type JobScope } from './serve-jobs.ts';

serveJobs(globalThis as unknown as JobScope);
