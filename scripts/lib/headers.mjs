/**
 * Servers of published data sets (src/data/sources.ts): a page may ask these and no others, and asks
 * only when a person fetches a set.
 */
export const downloadOrigins = [
  'https://ossci-datasets.s3.amazonaws.com',
  'https://storage.googleapis.com',
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
  'https://www.cs.toronto.edu',
];

const policy = {
  'default-src': ["'self'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  // The build puts fonts under 4 kB into the style sheet.
  'font-src': ["'self'", 'data:'],
  'worker-src': ["'self'", 'blob:'],
  'connect-src': ["'self'", ...downloadOrigins],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** @param {Record<string, readonly string[]>} directives */
const headersWith = (directives) => ({
  'Content-Security-Policy': Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; '),
  // Same-origin opener and embedder policies are what lets a page use SharedArrayBuffer.
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
});

/** What `npm start` sends with every answer. */
export const servedHeaders = headersWith(policy);

/** What `npm run dev` sends: Vite's inline script and its web socket are allowed besides. */
export const devHeaders = headersWith({
  ...policy,
  'script-src': [...policy['script-src'], "'unsafe-inline'"],
  'connect-src': [...policy['connect-src'], 'ws:'],
});
