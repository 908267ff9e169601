import { readFile, writeFile } from 'node:fs/promises';

/*
 * The Xauthority file: entries of family (2 bytes) and four strings, each after its length
 * (2 bytes), big-endian: address, display number, protocol name, protocol data.
 */

const cookieProtocol = 'MIT-MAGIC-COOKIE-1';
/** Matches whatever address the server has. */
const wildFamily = 0xffff;

/** Writes a file, readable by its owner only, that holds one cookie for any display. */
export async function writeXauthority(path: string, cookie: Buffer): Promise<void> {
  const strings = [Buffer.alloc(0), Buffer.alloc(0), Buffer.from(cookieProtocol), cookie];
  const family = Buffer.alloc(2);
  family.writeUInt16BE(wildFamily);
  await writeFile(path, Buffer.concat([family, ...strings.map(withLength)]), { mode: 0o600 });
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The cookie for a display, in the form the x11 package takes.
 * @throws Error when the file cannot be read or holds none for this display
 */
export async function readCookie(
  path: string,
  displayNumber: string,
): Promise<{ name: string; data: string }> {
  const file = await readFile(path);
  let offset = 0;
  const next = (): string => {
    const length = file.readUInt16BE(offset);
    offset += 2 + length;
    return file.toString('latin1', offset - length, offset);
  };
  while (offset < file.length) {
    offset += 2;
    next();
    const number = next();
    const name = next();
    const data = next();
    if ((number === '' || number === displayNumber) && name === cookieProtocol) {
      return { name, data };
    }
  }
  throw new Error(`${path} has no cookie for display :${displayNumber}`);
}
