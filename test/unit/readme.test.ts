import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { describe, it } from 'mocha';
import { format } from 'prettier';
import ts from 'typescript';

import { settingsTable } from '../../deploy/settings.js';
import { errorCodes } from '../../signaling/protocol/result.js';
import { viewerCloseReasonSchema } from '../../signaling/protocol/room.js';
import { projectFolder } from '../tools/project-folder.js';

const root = projectFolder();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** README and everything under docs/, as paths from the project's folder. */
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Targets of links and images, without those to the web. */
function localTargets(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** Names of the members of a file's interfaces whose name ends in `Events`. */
function eventNames(path: string): string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => name.text.endsWith('Events'))
    .flatMap(({ members }) => members.flatMap(({ name }) => name?.getText() ?? []))
    .map((name) => name.replaceAll("'", ''));
}

describe('The documents', () => {
  for (const document of documents) {
    it(`of ${document} link to what is there`, () => {
      const missing = localTargets(read(document)).filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? document : join(dirname(document), path);
        if (relative(root, join(root, file)).startsWith('..')) return true;
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
      });
      assert.deepEqual(missing, []);
    });
  }

  it('list every decision', () => {
    const index = localTargets(read('docs/adr/README.md'));
    const decisions = readdirSync(join(root, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
    assert.deepEqual(index.filter((target) => !target.startsWith('..')).sort(), decisions.sort());
  });

  it('give the settings as the code has them', async () => {
    const shown = /<!-- settings -->\n([\s\S]*?)<!-- \/settings -->/.exec(read('README.md'))?.[1];
    assert.equal(shown?.trim(), (await format(settingsTable(), { parser: 'markdown' })).trim());
  });

  it('name every event of the wire protocol, every error and every reason', () => {
    const protocol = read('docs/protocol.md');
    const events = ['member', 'host', 'operator'].flatMap((side) =>
      eventNames(`signaling/protocol/${side}-events.ts`),
    );
    assert.ok(events.length > 20, 'events were found in the source');
    const names = [...events, ...errorCodes, ...viewerCloseReasonSchema.options];
    assert.deepEqual(
      names.filter((name) => !protocol.includes(`\`${name}\``)),
      [],
    );
  });
});
