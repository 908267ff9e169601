import type { z } from 'zod';

const maxLength = 300;

/**
 * What is wrong with a payload, in one line. The protocol's own messages are whole sentences
 * for people and stand alone; the schema library's are preceded by the place they mean.
 */
export function describeIssues(error: z.ZodError): string {
  const lines = error.issues.map(({ path, message }) =>
    message.endsWith('.') || path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return lines.join(' ').slice(0, maxLength);
}
