/*
 * The one message format between pipeline, fan-out and page, whatever carries it
 * (local socket, data channel, WebSocket). A fixed header, little-endian, then the
 * payload:
 *
 *   offset  size  field
 *   0       1     kind: 1 init segment, 2 fragment, 3 clock, 4 cursor, 5 pointer, 6 desktop, 7 probe
 *   1       1     track: 1 video, 2 audio (0 for the other kinds)
 *   2       1     flags: bit 0 key frame, bit 1 gap (messages were dropped before this one)
 *   3       1     rendition of the track: 0 main, 1 small, 2 compatible (0 for the other kinds)
 *   4       4     sequence number of the track's rendition, wraps at 2^32
 *   8       8     capture time, ms since the Unix epoch on the media host's clock (float64);
 *                 for clock: the host's time of sending
 *   16      8     decode time on the media timeline, seconds (float64);
 *                 for clock: the page's time as the ping carried it, ms
 *   24      4     duration on the media timeline, microseconds
 *   28      4     payload size, bytes
 *
 * A cursor's payload is its shape: width, height, hotspot x, hotspot y (2 bytes each), then
 * `width * height` pixels of R, G, B, A (not premultiplied). A pointer's payload is its position on
 * the desktop: x, y (2 bytes each). A desktop's payload is its size: width, height (2 bytes each). A
 * probe's payload means nothing: the page says when it came.
 */

export const mediaHeaderSizeBytes = 32;

/** Larger than any access unit the encoder's rate control lets through; a peer that sends more is broken. */
export const maxMediaMessageSizeBytes = 8 * 1024 * 1024;

const kinds = ['init', 'fragment', 'clock', 'cursor', 'pointer', 'desktop', 'probe'] as const;
const tracks = ['none', 'video', 'audio'] as const;
/**
 * How a track is encoded. Of the picture there are `main`, in the desktop's own size, and `small`, for
 * viewers whose network does not carry the main one. Sound is Opus in `main`, AAC in `compatible`.
 */
const renditions = ['main', 'small', 'compatible'] as const;

export type MediaKind = (typeof kinds)[number];
export type MediaTrack = (typeof tracks)[number];
export type Rendition = (typeof renditions)[number];
export type VideoRendition = Exclude<Rendition, 'compatible'>;

export interface MediaHeader {
  readonly kind: MediaKind;
  readonly track: MediaTrack;
  readonly rendition: Rendition;
  readonly keyFrame: boolean;
  readonly gap: boolean;
  readonly sequence: number;
  readonly captureTimeMs: number;
  readonly decodeTimeSeconds: number;
  readonly durationUs: number;
}

export interface MediaMessage extends MediaHeader {
  readonly payload: Uint8Array<ArrayBuffer>;
}

const keyFrameFlag = 1;
const gapFlag = 2;
const flagsOffset = 2;

/** Serialises a message; the result is a fresh buffer. */
export function encodeMediaMessage(
  header: MediaHeader,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(mediaHeaderSizeBytes + payload.byteLength);
  const view = new DataView(message.buffer);
  view.setUint8(0, kinds.indexOf(header.kind) + 1);
  view.setUint8(1, tracks.indexOf(header.track));
  view.setUint8(flagsOffset, (header.keyFrame ? keyFrameFlag : 0) | (header.gap ? gapFlag : 0));
  view.setUint8(3, renditions.indexOf(header.rendition));
  view.setUint32(4, header.sequence >>> 0, true);
  view.setFloat64(8, header.captureTimeMs, true);
  view.setFloat64(16, header.decodeTimeSeconds, true);
  view.setUint32(24, header.durationUs, true);
  view.setUint32(28, payload.byteLength, true);
  message.set(payload, mediaHeaderSizeBytes);
  return message;
}

/**
 * Reads a message. The payload is a view into `bytes`, not a copy.
 * @throws RangeError when the bytes are not one whole message
 */
export function decodeMediaMessage(bytes: Uint8Array<ArrayBuffer>): MediaMessage {
  if (bytes.byteLength < mediaHeaderSizeBytes) {
    throw new RangeError(`media message of ${bytes.byteLength} bytes has no whole header`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = kinds[view.getUint8(0) - 1];
  const track = tracks[view.getUint8(1)];
  const rendition = renditions[view.getUint8(3)];
  const payloadSizeBytes = view.getUint32(28, true);
  if (!kind || !track || !rendition) {
    throw new RangeError('media message of unknown kind, track or rendition');
  }
  if (payloadSizeBytes !== bytes.byteLength - mediaHeaderSizeBytes) {
    throw new RangeError(
      `media message announces ${payloadSizeBytes} payload bytes and carries ${bytes.byteLength - mediaHeaderSizeBytes}`,
    );
  }
  const flags = view.getUint8(flagsOffset);
  return {
    kind,
    track,
    rendition,
    keyFrame: (flags & keyFrameFlag) !== 0,
    gap: (flags & gapFlag) !== 0,
    sequence: view.getUint32(4, true),
    captureTimeMs: view.getFloat64(8, true),
    decodeTimeSeconds: view.getFloat64(16, true),
    durationUs: view.getUint32(24, true),
    payload: bytes.subarray(mediaHeaderSizeBytes),
  };
}

/** A message of no track, with nothing of its header to tell but when it was made; see the table above. */
export function encodeSideMessage(
  kind: Exclude<MediaKind, 'init' | 'fragment'>,
  payload: Uint8Array,
  header: Partial<Pick<MediaHeader, 'sequence' | 'decodeTimeSeconds'>> = {},
): Uint8Array<ArrayBuffer> {
  return encodeMediaMessage(
    {
      kind,
      track: 'none',
      rendition: 'main',
      keyFrame: false,
      gap: false,
      sequence: 0,
      captureTimeMs: performance.timeOrigin + performance.now(),
      decodeTimeSeconds: 0,
      durationUs: 0,
      ...header,
    },
    payload,
  );
}

/** A copy of an encoded message with the gap flag set, for a subscriber that missed what came before. */
export function withGapFlag(encoded: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(encoded);
  copy[flagsOffset] = (copy[flagsOffset] ?? 0) | gapFlag;
  return copy;
}
