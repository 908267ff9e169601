/**
 * The answer to every request of the wire protocol: a value, or an error whose
 * `code` a program can act on and whose `message` a person can act on.
 */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ProtocolError };

export interface ProtocolError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Every reason a request can be refused for; closed, so that clients can switch over it. */
export const errorCodes = [
  'bad-request',
  'join-refused',
  'rate-limited',
  'token-refused',
  'room-full',
  'not-in-room',
  'desktop-unavailable',
  'viewer-unknown',
  'control-taken',
  'control-not-held',
  'unauthorized',
  'internal-error',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (code: ErrorCode, message: string): Result<never> => ({
  ok: false,
  error: { code, message },
});

/** An error thrown inside a service that reaches the asker as a failed {@link Result}. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Unwraps a {@link Result}; throws {@link RequestError} when it is a failure. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RequestError(result.error.code, result.error.message);
}
