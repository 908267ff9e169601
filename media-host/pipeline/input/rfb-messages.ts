/*
 * The messages of RFB 3.8 that an input-only client speaks (RFC 6143). All numbers are
 * big-endian.
 */

export const protocolVersion = 'RFB 003.008\n';
export const securityNone = 1;
/** The client shares the desktop with others (section 7.3.1). */
export const clientInit = Uint8Array.of(1);

/** The only encoding every client must take (section 7.7.1); no picture is ever asked for. */
export const setEncodings = Uint8Array.of(2, 0, 0, 1, 0, 0, 0, 0);

/** Section 7.5.4. @param keysym as X11 has them */
export function keyEvent(keysym: number, down: boolean): Buffer {
  const message = Buffer.alloc(8);
  message.writeUInt8(4, 0);
  message.writeUInt8(down ? 1 : 0, 1);
  message.writeUInt32BE(keysym, 4);
  return message;
}

/** Section 7.5.5. @param buttons bit 0 is button 1, and so on to button 8 */
export function pointerEvent(x: number, y: number, buttons: number): Buffer {
  const message = Buffer.alloc(6);
  message.writeUInt8(5, 0);
  message.writeUInt8(buttons, 1);
  message.writeUInt16BE(x, 2);
  message.writeUInt16BE(y, 4);
  return message;
}

/** What a server may send to a client that asked for no picture (section 7.6). */
export const serverMessage = {
  setColourMapEntries: 1,
  bell: 2,
  cutText: 3,
} as const;
