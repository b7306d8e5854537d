/** Whether the long forms of the browser tests are wanted: `npm run test:deep`. */
export const DEEP = process.env.NORM_LAB_DEEP === '1';
