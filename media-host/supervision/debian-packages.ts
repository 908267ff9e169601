import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { z } from 'zod';

import { packageRoot } from './package-root.js';

const packageSchema = z.object({
  package: z.string(),
  /** A file that is there when the package is. */
  proof: z.string().startsWith('/'),
});

const packagesSchema = z.object({ run: z.array(packageSchema), test: z.array(packageSchema) });

export type DebianPackage = z.infer<typeof packageSchema>;

/** The Debian packages that running and testing take, as `deploy/debian-packages.json` lists them. */
export const debianPackages = packagesSchema.parse(
  JSON.parse(readFileSync(join(packageRoot, 'deploy/debian-packages.json'), 'utf8')),
);

/** The Debian package that brings a program, or null when it is not one of ours. */
export function debianPackageOf(program: string): string | null {
  const name = basename(program);
  const found = [...debianPackages.run, ...debianPackages.test].find(
    ({ proof }) => basename(proof) === name,
  );
  return found?.package ?? null;
}
