import { randomBytes } from 'node:crypto';

const protocolName = 'MIT-MAGIC-COOKIE-1';
/** Stands for every address of the server, so that the entry holds whatever the host's name is. */
const familyWild = 0xffff;

/** A secret that an X server asks of every client. */
export function newCookie(): Buffer {
  return randomBytes(16);
}

/**
 * The content of an Xauthority file with one entry: family (2 bytes), then address, display
 * number, protocol name and protocol data, each after its length (2 bytes), big-endian
 * (libXau, `AuWrite.c`).
 */
export function xauthorityFile(displayNumber: number, cookie: Buffer): Buffer {
  const family = Buffer.alloc(2);
  family.writeUInt16BE(familyWild);
  const address = Buffer.alloc(0);
  const number = Buffer.from(String(displayNumber));
  return Buffer.concat([
    family,
    ...[address, number, Buffer.from(protocolName), cookie].map(counted),
  ]);
}

function counted(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
