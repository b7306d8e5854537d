/**
 * A Vite plugin that drops the .woff and .ttf sources of KaTeX's fonts: every browser that runs the lab reads
 * .woff2, and what no sheet names is not built.
 */
export function woff2Only() {
  return {
    name: 'woff2-only',
    /** @type {'pre'} */
    enforce: 'pre',
    /**
     * @param {string} code
     * @param {string} id
     */
    transform(code, id) {
      return /katex[^?]*\.css/.test(id) ? withoutOldFonts(code) : undefined;
    },
  };
}

/**
 * A sheet without its .woff and .ttf sources.
 *
 * @param {string} css
 */
function withoutOldFonts(css) {
  return css.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, '');
}
