import { isIP, isIPv4 } from 'node:net';

import { z } from 'zod';

import { desktopSizeSchema } from '../signaling/protocol/identifiers.js';
import type { DesktopSize } from '../signaling/protocol/identifiers.js';

/*
 * How the text of an environment variable becomes a typed setting. The one error of each
 * schema completes the sentence "NAME must be …".
 */

/** A schema that reads a text; `read` gives null for what is not `expectation`. */
export function parsed<T>(
  expectation: string,
  read: (text: string) => T | null,
): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== null) return value;
    context.issues.push({ code: 'custom', input: text, message: expectation });
    return z.NEVER;
  });
}

/** A whole number in decimal digits, within bounds. */
export function integer(minimum: number, maximum: number): z.ZodType<number, string> {
  return parsed(`a whole number from ${minimum} to ${maximum}`, (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    return value >= minimum && value <= maximum ? value : null;
  });
}

/** One of a closed list of words. */
export function oneOf<const Word extends string>(
  ...words: readonly Word[]
): z.ZodType<Word, string> {
  return parsed(
    `one of ${words.join(', ')}`,
    (text) => words.find((word) => word === text) ?? null,
  );
}

/** Free text of bounded length, without NUL, which no environment or file system takes. */
export function text(minimumLength: number, maximumLength: number): z.ZodType<string, string> {
  return parsed(`${minimumLength} to ${maximumLength} characters long`, (value) =>
    value.length >= minimumLength && value.length <= maximumLength && !value.includes('\0')
      ? value
      : null,
  );
}

/** Text of another schema of the product, under an expectation that fits the sentence. */
export function matching(
  schema: z.ZodType<string, string>,
  expectation: string,
): z.ZodType<string, string> {
  return parsed(expectation, (value) => schema.safeParse(value).data ?? null);
}

function readOrigin(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isBare = `${url.username}${url.password}${url.search}${url.hash}` === '';
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && isBare && url.pathname === '/' ? url.origin : null;
}

const originExpectation = 'an address like https://share.example.org, without a path';

/** An http or https address without path, query or credentials; gives its origin. */
export const originSchema = parsed(originExpectation, readOrigin);

/** Texts separated by commas, each of which `read` takes; none when empty. */
function listOf<T>(
  expectation: string,
  read: (text: string) => T | null,
): z.ZodType<readonly T[], string> {
  return parsed(`${expectation}, or several separated by commas`, (list) => {
    const parts = list === '' ? [] : list.split(',');
    const values = parts.map((part) => read(part.trim())).filter((value) => value !== null);
    return values.length === parts.length ? Object.freeze(values) : null;
  });
}

/** http or https origins. */
export const originListSchema = listOf(originExpectation, readOrigin);

const iceHost = String.raw`(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?`;
const stunUri = new RegExp(`^stuns?:${iceHost}$`);
const turnUri = new RegExp(`^turns?:${iceHost}(?:\\?transport=(?:udp|tcp))?$`);

/** STUN URIs (RFC 7064). */
export const stunUriListSchema = listOf('an address like stun:stun.example.org:3478', (uri) =>
  stunUri.test(uri) ? uri : null,
);

/** TURN URIs (RFC 7065). */
export const turnUriListSchema = listOf(
  'an address like turn:turn.example.org:3478?transport=udp',
  (uri) => (turnUri.test(uri) ? uri : null),
);

const readIpv4 = (address: string): string | null => (isIPv4(address) ? address : null);

/** A numeric IPv4 address. */
export const ipv4Schema = parsed('an IPv4 address', readIpv4);

export const ipv4ListSchema = listOf('an IPv4 address', readIpv4);

/** A port that a program without root may take, or 0 for any free one. */
export const unprivilegedPortSchema = parsed('0 or a whole number from 1024 to 65535', (text) => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port === 0 || (port >= 1024 && port <= 65_535) ? port : null;
});

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** First and last port, both included. */
export const portRangeSchema = parsed<PortRange>(
  'two ports from 1024 to 65535, the lower first, such as 50000-50099',
  (range) => {
    const [, first, last] = (/^(\d{4,5})-(\d{4,5})$/.exec(range) ?? []).map(Number);
    if (first === undefined || last === undefined) return null;
    return first >= 1024 && first <= last && last <= 65_535 ? Object.freeze({ first, last }) : null;
  },
);

/** Width x height in pixels, both even as the encoder's chroma planes need it. */
export const sizeSchema = parsed<DesktopSize>(
  'width x height in even pixels, such as 1280x720',
  (size) => {
    const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? [];
    const result = desktopSizeSchema.safeParse({ width: Number(width), height: Number(height) });
    return result.success ? Object.freeze(result.data) : null;
  },
);

/** A numeric IPv4 or IPv6 address. */
export const ipAddressSchema = parsed('an IP address', (address) =>
  isIP(address) === 0 ? null : address,
);

/** A name or address that a server can listen on. */
export const listenAddressSchema = parsed('a host name or an IP address', (address) =>
  isIP(address) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(address)
    ? address
    : null,
);
