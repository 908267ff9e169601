import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';

import type { Clock } from '../clock.js';
import { displayNameSchema, opaqueIdSchema, roomIdSchema } from '../protocol/identifiers.js';
import { RequestError } from '../protocol/result.js';

const audience = 'share-space-member';
const lifetimeSeconds = 24 * 3600;

const claimsSchema = z.object({
  roomId: roomIdSchema,
  memberId: opaqueIdSchema,
  name: displayNameSchema,
  /** The room's passcode epoch at the time; see `RoomRecord`. */
  epoch: opaqueIdSchema,
  /** When it was issued, seconds since the Unix epoch, with fractions (RFC 7519, NumericDate). */
  iat: z.number(),
});
export type MemberClaims = z.infer<typeof claimsSchema>;

/**
 * Makes and reads the tokens that bring a member back after a drop, a reload or a restart of
 * the service (RFC 7519, HS256). Each lasts a day; each return gets a new one.
 */
export class MemberTokens {
  constructor(
    private readonly key: Uint8Array,
    private readonly clock: Clock,
  ) {}

  issue(claims: Omit<MemberClaims, 'iat'>): Promise<string> {
    const nowSeconds = this.clock.nowMs() / 1000;
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(audience)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifetimeSeconds)
      .sign(this.key);
  }

  /** @throws RequestError `token-refused` for a token that is not ours, was edited or is too old */
  async verify(token: string): Promise<MemberClaims> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['HS256'],
        audience,
        currentDate: new Date(this.clock.nowMs()),
        requiredClaims: ['exp', 'iat'],
      });
      return claimsSchema.parse(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw tokenRefused();
      throw error;
    }
  }
}

/** Says no more than that: why a token does not count is nothing its bearer can act on. */
export function tokenRefused(): RequestError {
  return new RequestError('token-refused', 'Your place in the room has ended. Please join again.');
}
