/*
 * Where the playhead should be: at the very end of what is buffered. Everything between it and
 * the end is delay. It is kept there with the playback rate, because a seek flushes the decoder;
 * only a large lag is worth one, and only to a key frame, from which decoding starts at once.
 */

export interface LiveEdgeInput {
  /** Seconds between the playhead and the end of the buffer. */
  readonly lagSeconds: number;
  /** Duration of one frame, seconds. */
  readonly frameSeconds: number;
  /** Start of the newest key frame in the buffer if the playhead is before it, else null; seconds. */
  readonly keyFrameAhead: number | null;
}

export type LiveEdgeAction =
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'seek'; readonly to: number }
  /** The lag is too large to play through: ask for a key frame and go on at the highest rate. */
  | { readonly kind: 'resync'; readonly rate: number };

/** Faster than real time all the while, so that the playhead waits for frames, never they for it. */
const cruiseRate = 1.3;
const catchUpRate = 2;
const sprintRate = 8;

const catchUpFrames = 1.5;
const sprintFrames = 6;
const seekSeconds = 0.5;
const resyncSeconds = 1;

export function followLiveEdge(input: LiveEdgeInput): LiveEdgeAction {
  const { lagSeconds, frameSeconds, keyFrameAhead } = input;
  if (lagSeconds > seekSeconds && keyFrameAhead !== null) {
    return { kind: 'seek', to: keyFrameAhead };
  }
  if (lagSeconds > resyncSeconds) return { kind: 'resync', rate: sprintRate };
  const lagFrames = lagSeconds / frameSeconds;
  if (lagFrames > sprintFrames) return { kind: 'rate', rate: sprintRate };
  if (lagFrames > catchUpFrames) return { kind: 'rate', rate: catchUpRate };
  return { kind: 'rate', rate: cruiseRate };
}
