import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';

import type { Counters } from '../counters.js';
import { RateLimitedError } from '../limits/rate-limited-error.js';
import { RequestError } from '../protocol/result.js';
import type { ErrorCode } from '../protocol/result.js';

const statusByCode: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  unauthorized: 401,
  'rate-limited': 429,
};

/** Answers with an error as JSON. */
export function sendError(
  response: Response,
  status: number,
  code: ErrorCode,
  message: string,
): void {
  response.status(status).json({ error: { code, message } });
}

/** Answers every request that nothing else answered. */
export const notFound: RequestHandler = (_request, response) => {
  sendError(response, 404, 'bad-request', 'There is nothing at this address.');
};

/** Turns errors into JSON: `{ error: { code, message } }`; what is unexpected is logged and hidden. */
export function httpErrors(log: Logger, counters: Counters): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express knows an error handler by its four parameters
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      // Half an answer is out, most often to somebody who went away: it can only be cut off.
      log.debug({ err: error, path: request.path }, 'answer cut off');
      response.destroy();
      return;
    }
    if (error instanceof RateLimitedError) {
      counters.increment('rateLimited');
      response.set('Retry-After', String(error.waitSeconds));
    }
    if (error instanceof RequestError) {
      sendError(response, statusByCode[error.code] ?? 500, error.code, error.message);
      return;
    }
    const status = clientErrorStatus(error);
    if (status !== null) {
      sendError(response, status, 'bad-request', 'The request cannot be understood.');
      return;
    }
    log.error({ err: error, path: request.path }, 'request failed');
    sendError(response, 500, 'internal-error', 'Something went wrong in the service.');
  };
}

/** The status of an error that express or its parsers blame on the client, or null. */
function clientErrorStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
