import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

import type { PasscodeHash } from '../store/store-files.js';

const costLog2 = 14;
const blockSize = 8;
const parallelism = 1;
const saltSizeBytes = 16;
const hashSizeBytes = 32;

/**
 * Hashes a passcode under a fresh salt with scrypt (RFC 7914, N = 2^14, r = 8, p = 1): about
 * 16 MiB and 40 ms of one core, off the JavaScript thread. Bound how many run at once.
 */
export async function hashPasscode(passcode: string): Promise<PasscodeHash> {
  const salt = randomBytes(saltSizeBytes);
  const hash = await derive(passcode, salt, costLog2);
  return {
    algorithm: 'scrypt',
    costLog2,
    blockSize,
    parallelism,
    salt: salt.toString('base64url'),
    hash: hash.toString('base64url'),
  };
}

/** Whether a passcode is the one that was hashed; takes the same time either way. */
export async function matchesPasscode(passcode: string, kept: PasscodeHash): Promise<boolean> {
  const hash = await derive(passcode, Buffer.from(kept.salt, 'base64url'), kept.costLog2);
  return timingSafeEqual(hash, Buffer.from(kept.hash, 'base64url'));
}

/** A hash no passcode leads to: checking against it costs what checking a real one costs. */
export function createDecoyHash(): PasscodeHash {
  return {
    algorithm: 'scrypt',
    costLog2,
    blockSize,
    parallelism,
    salt: randomBytes(saltSizeBytes).toString('base64url'),
    hash: randomBytes(hashSizeBytes).toString('base64url'),
  };
}

function derive(passcode: string, salt: Buffer, log2: number): Promise<Buffer> {
  const options = { N: 2 ** log2, r: blockSize, p: parallelism, maxmem: 2 ** (log2 + 11) };
  return new Promise((resolve, reject) => {
    scrypt(passcode.normalize('NFC'), salt, hashSizeBytes, options, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}
