import { systemErrorCode } from '../../deploy/service-error.js';

/** Why a desktop cannot run at the moment, in a sentence for its members and the operator. */
export class DesktopProblem extends Error {
  override readonly name = 'DesktopProblem';
}

/** The display ended, and the desktop with it. */
export const displayStopped = (): DesktopProblem =>
  new DesktopProblem('The desktop’s display stopped; it is being restarted.');

const sentences: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk that holds the desktop is full.',
  EDQUOT: 'The disk that holds the desktop is full.',
  EROFS: 'The disk that holds the desktop cannot be written to.',
  EACCES: 'The media host is not allowed to write the desktop’s files.',
  EPERM: 'The media host is not allowed to write the desktop’s files.',
};

/** Turns what went wrong with a file into a sentence; other errors keep their message. */
export function problemOf(error: unknown): DesktopProblem {
  if (error instanceof DesktopProblem) return error;
  const sentence = sentences[systemErrorCode(error) ?? ''];
  const message = error instanceof Error ? error.message : String(error);
  return new DesktopProblem(sentence ?? message, { cause: error });
}
