import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const service = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The pages' content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    // What a room needs: the session checks for the features, `missingPictureSupport` among them.
    target: ['chrome111', 'firefox132', 'safari17.1'],
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
