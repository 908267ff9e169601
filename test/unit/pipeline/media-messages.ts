import {
  decodeMediaMessage,
  encodeMediaMessage,
  type MediaHeader,
  type MediaMessage,
} from '../../../signaling/protocol/media-message.js';

/** A message as the pipeline makes it, encoded and as it is read again. */
export interface SampleMessage {
  readonly encoded: Uint8Array<ArrayBuffer>;
  readonly message: MediaMessage;
}

/** @param payload what tells this message from others, or how many bytes it has */
export function sampleMessage(
  header: Partial<MediaHeader>,
  payload: string | number,
): SampleMessage {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.alloc(payload);
  const encoded = encodeMediaMessage(
    {
      kind: 'fragment',
      track: 'video',
      rendition: 'main',
      keyFrame: false,
      gap: false,
      sequence: 0,
      captureTimeMs: 0,
      decodeTimeSeconds: 0,
      durationUs: 33_333,
      ...header,
    },
    bytes,
  );
  return { encoded, message: decodeMediaMessage(encoded) };
}
