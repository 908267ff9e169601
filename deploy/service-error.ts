/**
 * An error for the person who runs Share Space: its message says what is wrong and what to do.
 * A process that ends with one prints the message on stderr, without a stack.
 */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
  /** How a process ends that this error stops. */
  readonly exitCode: number = 1;
}

/** The `code` of a system error such as ENOENT, or null. */
export function systemErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
