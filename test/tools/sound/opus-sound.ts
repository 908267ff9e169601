import { OpusDecoder } from 'opus-decoder';

import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import { readFragment } from '../mp4-boxes.js';

import { OnsetDetector, sampleRateHz } from './beeps.js';

/** Sound of the pipeline, decoded. */
export interface DecodedSound {
  /** The left channel. */
  readonly samples: Float32Array;
  /** When each beep began on the desktop by the pipeline's stamps, ms since the Unix epoch. */
  readonly onsetsMs: readonly number[];
}

/** Decodes fragments of the audio track. @throws Error when the decoder complains */
export async function decodeSound(fragments: readonly MediaMessage[]): Promise<DecodedSound> {
  const decoder = new OpusDecoder({ channels: 2, sampleRate: sampleRateHz });
  await decoder.ready;
  const detector = new OnsetDetector();
  const pieces: number[] = [];
  const begins: { readonly sample: number; readonly timeMs: number }[] = [];
  const onsetsMs: number[] = [];
  try {
    for (const { payload, captureTimeMs } of fragments) {
      const { channelData, errors } = decoder.decodeFrame(readFragment(payload).sample);
      const [error] = errors;
      if (error) throw new Error(error.message);
      const left = channelData[0] ?? new Float32Array(0);
      begins.push({ sample: pieces.length, timeMs: captureTimeMs });
      pieces.push(...left);
      for (const onset of detector.push(left)) {
        const begin = begins.findLast(({ sample }) => sample <= onset);
        if (begin) onsetsMs.push(begin.timeMs + ((onset - begin.sample) * 1000) / sampleRateHz);
      }
    }
  } finally {
    decoder.free();
  }
  return { samples: Float32Array.from(pieces), onsetsMs };
}
