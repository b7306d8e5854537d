import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { woff2Only } from './scripts/lib/woff2-only.mjs';
import { devHeaders } from './scripts/lib/headers.mjs';

// base './': the built folder works from any sub-path of any file server.
export default defineConfig({
  base: './',
  plugins: [react(), woff2Only()],
  server: { headers: devHeaders },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    cssMinify: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // How long each plugin took says nothing to whoever starts the lab.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
