import { errors, jwtVerify } from 'jose';
import { z } from 'zod';

import type { Clock } from '../clock.js';
import { hostTokenAudience } from '../protocol/host-events.js';
import { hostIdSchema } from '../protocol/identifiers.js';

import { ReplayCache } from './replay-cache.js';

/** Longest life of a token that is accepted; it bounds how long a nonce is remembered. */
const maxLifetimeMs = 60_000;
/** How far the clocks of two machines may be apart. */
const clockToleranceMs = 5000;
const maxRememberedNonces = 10_000;

const claimsSchema = z.object({
  sub: hostIdSchema,
  jti: z.string().min(16).max(128),
  exp: z.number(),
});

/** Either the host that a token proves, or for the log why it proves none. */
export type HostProof =
  | { readonly accepted: true; readonly hostId: string }
  | { readonly accepted: false; readonly reason: string };

/** Checks the tokens that media hosts register with; see `hostTokenAudience`. */
export class HostAuthenticator {
  readonly #key: Uint8Array;
  readonly #nonces: ReplayCache;

  constructor(
    secret: string,
    private readonly clock: Clock,
  ) {
    this.#key = new TextEncoder().encode(secret);
    this.#nonces = new ReplayCache(maxRememberedNonces, clock);
  }

  async verify(token: unknown): Promise<HostProof> {
    if (typeof token !== 'string' || token.length > 2048) return refused('no token');
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        audience: hostTokenAudience,
        clockTolerance: clockToleranceMs / 1000,
        currentDate: new Date(this.clock.nowMs()),
      });
      const { sub, jti, exp } = claimsSchema.parse(payload);
      if (exp * 1000 > this.clock.nowMs() + maxLifetimeMs + clockToleranceMs) {
        return refused('the token lives too long, or the clocks of the machines disagree');
      }
      const expiresAtMs = exp * 1000 + clockToleranceMs;
      return this.#nonces.accept(jti, expiresAtMs)
        ? { accepted: true, hostId: sub }
        : refused('the token was used before');
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        return refused('the token has expired, or the clocks of the machines disagree');
      }
      if (error instanceof errors.JOSEError) return refused(error.message);
      if (error instanceof z.ZodError) return refused('the token lacks a claim');
      throw error;
    }
  }
}

const refused = (reason: string): HostProof => ({ accepted: false, reason });
