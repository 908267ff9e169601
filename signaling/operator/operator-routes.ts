import { json, Router } from 'express';
import type { Request } from 'express';
import type { Logger } from 'pino';

import type { FailureLimiter } from '../limits/failure-limiter.js';
import type { PasscodeGate } from '../passcodes/passcode-gate.js';
import { operatorLoginSchema } from '../protocol/operator-events.js';
import { RequestError } from '../protocol/result.js';
import { describeIssues } from '../sockets/describe-issues.js';
import type { PasscodeHash } from '../store/store-files.js';

import type { OperatorSessions } from './operator-sessions.js';
import { sessionCookieName, sessionCookieOptions, sessionIdOf } from './session-cookie.js';

export interface OperatorRoutesParts {
  readonly sessions: OperatorSessions;
  readonly gate: PasscodeGate;
  readonly password: PasscodeHash;
  /** Wrong passwords by the address they come from. */
  readonly failuresByAddress: FailureLimiter;
  readonly addressOf: (request: Request) => string;
  readonly log: Logger;
}

/**
 * `POST /session` with `{ password }` logs in and answers 204 with the session cookie, or 401
 * or 429. `DELETE /session` logs out.
 */
export function operatorRoutes(parts: OperatorRoutesParts): Router {
  const { sessions, gate, password, failuresByAddress, addressOf, log } = parts;
  return Router()
    .use(json({ limit: '4kb' }))
    .post('/session', async (request, response) => {
      const login = operatorLoginSchema.safeParse(request.body);
      if (!login.success) throw new RequestError('bad-request', describeIssues(login.error));
      const address = addressOf(request);
      const isRight = await gate.check({
        passcode: login.data.password,
        kept: password,
        limits: [{ limiter: failuresByAddress, key: address }],
      });
      if (!isRight) {
        log.warn({ address }, 'wrong operator password');
        throw new RequestError('unauthorized', 'The password is not right.');
      }
      log.info({ address }, 'operator logged in');
      const options = { ...sessionCookieOptions, secure: request.secure };
      response.cookie(sessionCookieName, sessions.create(), options).status(204).end();
    })
    .delete('/session', (request, response) => {
      const sessionId = sessionIdOf(request);
      if (sessionId !== null) sessions.end(sessionId);
      response.clearCookie(sessionCookieName, sessionCookieOptions).status(204).end();
    });
}
