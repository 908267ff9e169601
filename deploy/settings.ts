import { hostname } from 'node:os';
import { resolve } from 'node:path';

import { hostIdSchema } from '../signaling/protocol/identifiers.js';

import { ServiceError } from './service-error.js';
import { settingDefinitions } from './setting-definitions.js';
import type { Process, SettingDefinition } from './setting-definitions.js';

type Definitions = typeof settingDefinitions;
type Key = keyof Definitions;

type ValueOf<D> =
  D extends SettingDefinition<infer T, infer Fallback>
    ? Fallback extends null
      ? T | null
      : T
    : never;

/**
 * Every setting, read and checked; frozen. What is unset and has no default is null. A
 * media host's `signalingUrl` and `hostId` always have a value.
 */
export type Settings = Readonly<
  Omit<{ [K in Key]: ValueOf<Definitions[K]> }, 'signalingUrl' | 'hostId'> & {
    signalingUrl: string;
    hostId: string;
  }
>;

/** Says everything that is wrong with the settings, one line each; for the person who set them. */
export class SettingsError extends ServiceError {
  override readonly name = 'SettingsError';
  override readonly exitCode = 2;

  constructor(readonly problems: readonly string[]) {
    super(['These settings are wrong:', ...problems.map((line) => `  ${line}`)].join('\n'));
  }
}

const prefix = 'SHARE_SPACE_';
/** Variables under this prefix belong to the test suite and are nobody's typing error. */
const allowedPrefix = 'SHARE_SPACE_TEST_';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables. A variable set to the empty text counts as
 * unset.
 * @throws SettingsError that names every wrong and every unknown `SHARE_SPACE_` variable
 */
export function loadSettings(environment: Environment): Settings {
  const problems = unknownVariables(environment);
  const values = Object.fromEntries(
    Object.entries(settingDefinitions).map(([key, definition]) => [
      key,
      readSetting(definition, environment, problems),
    ]),
  ) as { [K in Key]: ValueOf<Definitions[K]> };

  const { icePortMin, icePortMax } = values;
  if ((icePortMin === null) !== (icePortMax === null)) {
    problems.push('SHARE_SPACE_ICE_PORT_MIN and SHARE_SPACE_ICE_PORT_MAX must be set together');
  } else if (icePortMin !== null && icePortMax !== null && icePortMin > icePortMax) {
    problems.push('SHARE_SPACE_ICE_PORT_MIN must not be above SHARE_SPACE_ICE_PORT_MAX');
  }
  const { turnUrls, turnSecret, turnServer } = values;
  if (problems.length === 0) {
    if (turnUrls.length > 0 !== (turnSecret !== null)) {
      problems.push('SHARE_SPACE_TURN_URLS and SHARE_SPACE_TURN_SECRET must be set together');
    }
    if (turnUrls.length > 0 && turnServer === 'on') {
      problems.push('SHARE_SPACE_TURN_SERVER must not be on when SHARE_SPACE_TURN_URLS is set');
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);

  return Object.freeze({
    ...values,
    dataDir: resolve(values.dataDir),
    signalingUrl: values.signalingUrl ?? `http://${reachableHost(values.host)}:${values.port}`,
    hostId: values.hostId ?? hostIdOf(hostname()),
  });
}

/** Whether an environment variable is a setting that a process reads, or one of the test suite. */
export function isReadBy(process: Process, variable: string): boolean {
  if (variable.startsWith(allowedPrefix)) return true;
  return Object.values<SettingDefinition<unknown, string | null>>(settingDefinitions).some(
    ({ name, usedBy }) => name === variable && usedBy.includes(process),
  );
}

/** The table of settings in Markdown, as the README shows it. */
export function settingsTable(): string {
  const rows = Object.values<SettingDefinition<unknown, string | null>>(settingDefinitions).map(
    ({ name, fallback, defaultText, description, usedBy }) =>
      `| \`${name}\` | ${defaultText ?? `\`${fallback ?? ''}\``} | ${description} | ${usedBy.join(', ')} |`,
  );
  return [
    '| setting | default | what it is | used by |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The address at which a service that listens on `host` is reached from its own machine. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function readSetting(
  definition: SettingDefinition<unknown, string | null>,
  environment: Environment,
  problems: string[],
): unknown {
  const { name, schema, fallback, secret } = definition;
  const given = environment[name] ?? '';
  const input = given === '' ? fallback : given;
  if (input === null) return null;
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const shown = secret ? '' : `; it is ${JSON.stringify(input)}`;
  problems.push(`${name} must be ${result.error.issues[0]?.message ?? 'another value'}${shown}`);
  return null;
}

function unknownVariables(environment: Environment): string[] {
  const known = new Set<string>(Object.values(settingDefinitions).map(({ name }) => name));
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !name.startsWith(allowedPrefix))
    .filter((name) => !known.has(name))
    .map((name) => `${name} is not a setting of Share Space; the README lists those there are`);
}

/** A machine's name made into a valid host id. */
function hostIdOf(machine: string): string {
  const label = machine
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[._-]+|[._-]+$/g, '');
  return hostIdSchema.safeParse(label).data ?? 'media-host';
}
