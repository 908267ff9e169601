import { join } from 'node:path';

import { build } from 'vite';

import { projectFolder } from './project-folder.js';

/**
 * Compiles one of test/pages into a script that needs nothing else.
 * @param entry file name without its ending: `probe`
 */
export async function bundlePage(entry: string): Promise<string> {
  const folder = join(projectFolder(), 'test', 'pages');
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(folder, `${entry}.ts`), formats: ['iife'], name: 'bundle' },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const script = outputs
    .flatMap((output) => ('output' in output ? output.output : []))
    .find((file) => file.type === 'chunk');
  if (!script) throw new Error(`test/pages/${entry}.ts made no script`);
  return script.code;
}
