import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const service = 'http://127.0.0.1:8080';

/**
 * Removes the bundles of earlier builds. Vite's own `emptyOutDir` would also delete the modules
 * of `client/src` that the TypeScript build puts beside them for the unit tests.
 */
function removeOldBundles(): Plugin {
  let bundles = '';
  return {
    name: 'remove-old-bundles',
    apply: 'build',
    configResolved({ root, build }) {
      bundles = resolve(root, build.outDir, build.assetsDir);
    },
    async buildStart() {
      await rm(bundles, { recursive: true, force: true });
    },
  };
}

export default defineConfig({
  plugins: [vue(), removeOldBundles()],
  build: {
    outDir: '../dist/client',
    emptyOutDir: false,
    // The pages' content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    target: ['chrome111', 'firefox115', 'safari17'],
    sourcemap: true,
    // On a slow machine these are no news, and hide what is.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    proxy: {
      '/api': service,
      '/socket.io': { target: service, ws: true },
    },
  },
});
