import process from 'node:process';

/**
 * How many cases a heavy property test tries: few in `npm test`, all in `npm run test:deep`, which
 * sets NORM_LAB_DEEP=1.
 */
export const casesOf = (usual: number, deep: number): number =>
  process.env['NORM_LAB_DEEP'] === '1' ? deep : usual;
