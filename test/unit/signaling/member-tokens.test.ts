import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { SignJWT } from 'jose';

import { MemberTokens } from '../../../signaling/members/member-tokens.js';
import { RequestError } from '../../../signaling/protocol/result.js';
import { FakeClock } from '../fake-clock.js';

const ada = { roomId: 'lobby', memberId: 'ada-00000000', name: 'Ada', epoch: 'epoch-000000' };

const isRefused = (error: unknown): boolean =>
  error instanceof RequestError && error.code === 'token-refused';

describe('member tokens', () => {
  let clock: FakeClock;
  let key: Uint8Array;
  let tokens: MemberTokens;

  beforeEach(() => {
    clock = new FakeClock();
    key = randomBytes(32);
    tokens = new MemberTokens(key, clock);
  });

  it('say who the member is, and when they were issued', async () => {
    const claims = await tokens.verify(await tokens.issue(ada));
    assert.deepEqual(claims, { ...ada, iat: clock.nowMs() / 1000 });
  });

  it('count for a day', async () => {
    const token = await tokens.issue(ada);
    clock.advance(24 * 3600 * 1000 - 1000);
    await tokens.verify(token);
    clock.advance(2000);
    await assert.rejects(tokens.verify(token), isRefused);
  });

  it('are refused when another key signed them', async () => {
    const other = new MemberTokens(randomBytes(32), clock);
    await assert.rejects(tokens.verify(await other.issue(ada)), isRefused);
  });

  it('are refused when a claim was edited', async () => {
    const [head = '', body = '', signature = ''] = (await tokens.issue(ada)).split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const edited = Buffer.from(JSON.stringify({ ...claims, roomId: 'vault' })).toString(
      'base64url',
    );
    await assert.rejects(tokens.verify([head, edited, signature].join('.')), isRefused);
  });

  it('are refused without a signature', async () => {
    const [, body = ''] = (await tokens.issue(ada)).split('.');
    const head = Buffer.from('{"alg":"none"}').toString('base64url');
    await assert.rejects(tokens.verify(`${head}.${body}.`), isRefused);
  });

  it('are refused when they are of another kind, lack a claim, or are no tokens', async () => {
    const sign = (claims: Record<string, unknown>, audience: string): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(audience)
        .setIssuedAt(clock.nowMs() / 1000)
        .setExpirationTime(clock.nowMs() / 1000 + 60)
        .sign(key);
    await tokens.verify(await sign(ada, 'share-space-member'));
    await assert.rejects(tokens.verify(await sign(ada, 'share-space-host')), isRefused);
    const withoutRoom = { ...ada, roomId: undefined };
    await assert.rejects(tokens.verify(await sign(withoutRoom, 'share-space-member')), isRefused);
    await assert.rejects(tokens.verify('not.a.token'), isRefused);
  });
});
