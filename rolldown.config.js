/*
 * Puts the built program together into a few files: a start that reads hundreds of small ones takes 100 ms longer.
 * The result takes the place of dist/src/cli/start.js, and what only some commands need lies beside it, loaded when
 * used; without this step the program runs too. The library face, dist/src/index.js, stays as the compiler wrote it.
 */

/** Of undici the connections alone: fetch, its caches and the rest would be read too, which takes 30 ms. */
const undiciParts = {
  name: 'undici-parts',
  resolveId: (id) => (id === 'undici' ? 'parts-of-undici' : null),
  load: (id) =>
    id === 'parts-of-undici'
      ? `export { default as Client } from 'undici/lib/dispatcher/client.js';
         export { default as buildConnector } from 'undici/lib/core/connect.js';`
      : null,
};

/**
 * Writes what is beyond ASCII as escapes: V8 keeps a text with one letter beyond Latin-1 in two bytes for each, and so all
 * of the program that it stands in.
 */
const ascii = {
  name: 'ascii',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      // Behind a backslash that stands alone an escape would mean something else.
      if (/(?<!\\)(?:\\\\)*\\[^\0-\x7f]/.test(chunk.code)) {
        throw new Error(`${chunk.fileName} has a letter beyond ASCII behind a backslash`);
      }
      chunk.code = chunk.code.replace(/[^\0-\x7f]/g, (unit) => {
        return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
    }
  },
};

export default {
  plugins: [undiciParts, ascii],
  input: 'dist/src/cli/start.js',
  platform: 'node',
  // The other form of jsonc-parser asks for its parts by a name that only a script loader knows.
  resolve: { mainFields: ['module', 'main'] },
  // The demo starts servers that lie beside it.
  external: /fixtures/,
  output: {
    dir: 'dist/src/cli',
    format: 'cjs',
    entryFileNames: 'start.cjs',
    chunkFileNames: 'parts/[name].cjs',
    // What starts a guarded server lies in four files, read in this order, and not in one per shared module.
    codeSplitting: {
      groups: [
        { name: 'early', test: /cli\/early-server\.js$/, priority: 4 },
        { name: 'config', test: /config\/load\.js$/, priority: 3 },
        { name: 'command', test: /cli\/(program|proxy)\.js$/, priority: 2 },
        { name: 'proxy', test: /proxy\/(run-proxy|server-name)\.js$/, priority: 1 },
      ],
    },
    // Names stay, for the traces of errors; the licences of what is put in stay too.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    comments: { legal: true, annotation: false, jsdoc: false },
  },
};
