import { RequestError } from '../protocol/result.js';

/** A refusal that says when to come back. */
export class RateLimitedError extends RequestError {
  /** @param what the sentence before "Please try again in … s." */
  constructor(
    what: string,
    readonly waitSeconds: number,
  ) {
    super('rate-limited', `${what} Please try again in ${waitSeconds} s.`);
  }
}
