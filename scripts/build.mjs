import { buildLab } from './lib/build.mjs';
import { ensureDependencies } from './lib/install.mjs';

await ensureDependencies();
const { folder, firstLoadBytes } = await buildLab();
console.log(`Built ${folder}: serve it from any path of any file server.`);
console.log(`First load: ${(firstLoadBytes / 1000).toFixed(1)} kB gzip of JS and CSS.`);
