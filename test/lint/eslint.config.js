import { fileURLToPath } from 'node:url';

import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/*
 * Imports point downstream only: desktop -> capture -> encoder -> fragmenter -> broadcast ->
 * fan-out -> page. Each row names a folder and what must not be imported from within it.
 */
const layers = [
  {
    target: './signaling/protocol',
    from: ['./signaling/!(protocol)', './media-host', './client', './deploy', './test'],
  },
  { target: './signaling', from: ['./media-host', './client', './test'] },
  { target: './media-host', from: ['./signaling/!(protocol)/**', './client', './test'] },
  {
    target: './client',
    from: ['./signaling/!(protocol)/**', './media-host', './deploy', './test'],
  },
  { target: './deploy', from: ['./client', './test'] },
  {
    target: './media-host/desktop',
    from: ['./media-host/pipeline', './media-host/fan-out', './media-host/host'],
  },
  {
    target: './media-host/pipeline',
    from: ['./media-host/fan-out', './media-host/host', './media-host/desktop'],
  },
  { target: './media-host/pipeline/capture', from: ['./media-host/pipeline/!(capture)/**'] },
  {
    target: './media-host/pipeline/encoder',
    from: ['./media-host/pipeline/{fragmenter,broadcast,input}/**'],
  },
  {
    target: './media-host/pipeline/fragmenter',
    from: ['./media-host/pipeline/{broadcast,input}/**'],
  },
  {
    target: './media-host/fan-out',
    from: ['./media-host/pipeline/!(broadcast)/**', './media-host/host', './media-host/desktop'],
  },
  {
    target: './client/src/media',
    from: ['./client/src/{session,pages,components,composables}/**'],
  },
  {
    target: './client/src/transport',
    from: ['./client/src/{session,pages,components,composables}/**'],
  },
  { target: './client/src/session', from: ['./client/src/{pages,components,composables}/**'] },
];

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'node_modules/', '**/*.mjs', 'test-results/'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({
    ...config,
    files: ['**/*.ts', '**/*.vue'],
  })),
  ...vue.configs['flat/recommended'],
  // How templates are laid out is prettier's business.
  { files: ['**/*.vue'], rules: vue.configs['no-layout-rules'].rules },
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        project: [
          './tsconfig.json',
          './client/tsconfig.json',
          './test/pages/tsconfig.json',
          './test/unit/client/tsconfig.json',
        ],
        tsconfigRootDir: fileURLToPath(new URL('../..', import.meta.url)),
        extraFileExtensions: ['.vue'],
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      // Sources import each other by the compiled name: `./room.js` is room.ts.
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js', '.vue'],
          extensionAlias: { '.js': ['.ts', '.js'] },
        }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: layers.flatMap(({ target, from }) => from.map((path) => ({ target, from: path }))),
        },
      ],
      'import-x/no-cycle': 'error',
      'import-x/order': ['error', { 'newlines-between': 'always', alphabetize: { order: 'asc' } }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'vue/multi-word-component-names': 'off',
      'max-lines': ['error', { max: 350, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
