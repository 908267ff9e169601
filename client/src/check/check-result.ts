/** The tests of a connection check, in the order in which a person reads them. */
export const checkNames = [
  'page',
  'websocket',
  'udp',
  'stun',
  'turn',
  'media',
  'picture',
  'sound',
  'secure',
] as const;
export type CheckName = (typeof checkNames)[number];

/**
 * - `testing`: not known yet
 * - `fine`: works
 * - `failed`: does not work; there is something to do about it
 * - `unavailable`: could not be tested, or is not there to be used; no failure
 */
export type CheckState = 'testing' | 'fine' | 'failed' | 'unavailable';

/** Why a test needs what it did not have: it is then `unavailable`. */
export type Missing = 'no-webrtc' | 'no-server' | 'no-host' | 'rate-limited';

/** Why each test ended as it did; the words for each are with the other texts. */
export interface CheckReasons {
  page: 'answered' | 'no-answer' | 'refused';
  websocket: 'answered' | 'no-connection';
  udp: 'direct' | 'through-nat' | 'blocked' | 'relay-only' | Missing;
  stun: 'answered' | 'no-nat' | 'no-answer' | 'not-configured' | Missing;
  turn: 'relayed' | 'no-allocation' | 'no-echo' | 'not-configured' | Missing;
  media: 'answered' | 'blocked' | 'no-server';
  picture: 'playable' | 'no-media-source' | 'no-frame-callback' | 'no-codec';
  sound: 'web-audio' | 'element' | 'none';
  secure: 'secure' | 'insecure';
}

/** How one test ended. */
export interface CheckOutcome<Name extends CheckName = CheckName> {
  readonly state: Exclude<CheckState, 'testing'>;
  readonly reason: CheckReasons[Name];
  /** What a message and its answer took together, milliseconds; null when it was not measured. */
  readonly roundTripMs: number | null;
}

/** What is known of each test; null while it runs. */
export type CheckResults = { readonly [Name in CheckName]: CheckOutcome<Name> | null };

export const nothingKnown: CheckResults = {
  page: null,
  websocket: null,
  udp: null,
  stun: null,
  turn: null,
  media: null,
  picture: null,
  sound: null,
  secure: null,
};

export const fine = <Reason>(reason: Reason, roundTripMs: number | null = null) => ({
  state: 'fine' as const,
  reason,
  roundTripMs,
});

export const failed = <Reason>(reason: Reason) => ({
  state: 'failed' as const,
  reason,
  roundTripMs: null,
});

export const unavailable = <Reason>(reason: Reason) => ({
  state: 'unavailable' as const,
  reason,
  roundTripMs: null,
});
