import type { LiveEdgeAction, LiveEdgeInput } from './live-edge.js';

/*
 * The live edge for browsers in which a change of the playback rate costs a pause. At real time the
 * playhead never gains on the end, so that what a stall left behind is taken back by a seek. A seek
 * decodes from the key frame before its target: cheap for a hardware decoder, not for free.
 */

export interface SeekingInput extends LiveEdgeInput {
  /** End of what is buffered, seconds. */
  readonly endSeconds: number;
  /** Seconds since the last seek; Infinity before the first. */
  readonly sinceSeekSeconds: number;
}

/** A lag up to this is kept: a seek would show as a jerk, and win little. */
const toleratedLagSeconds = 0.25;
/** The next seek waits for this, so that a slow decoder is not flushed again and again. */
const coolDownSeconds = 2;

/** As `followLiveEdge`, with real time as the only rate. */
export function followBySeeking(input: SeekingInput): LiveEdgeAction {
  const { lagSeconds, frameSeconds, keyFrameAhead, endSeconds, sinceSeekSeconds } = input;
  if (lagSeconds <= toleratedLagSeconds || sinceSeekSeconds < coolDownSeconds) {
    return { kind: 'rate', rate: 1 };
  }
  const isKeyFrameNear =
    keyFrameAhead !== null && endSeconds - keyFrameAhead <= toleratedLagSeconds;
  return { kind: 'seek', to: isKeyFrameNear ? keyFrameAhead : endSeconds - frameSeconds };
}
