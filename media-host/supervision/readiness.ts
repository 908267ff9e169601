import type { ChildProcess } from 'node:child_process';

/** When a child that was started counts as running. */
export type Readiness =
  /** At once. */
  | { readonly kind: 'spawned' }
  /** When it says so with `sendReady`. */
  | { readonly kind: 'message'; readonly timeoutMs: number }
  /** When the probe resolves; a probe that rejects counts as one that never does. */
  | {
      readonly kind: 'probe';
      readonly timeoutMs: number;
      readonly probe: (child: ChildProcess, signal: AbortSignal) => Promise<void>;
    };
