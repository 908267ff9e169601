import type { SignalingReady } from './ready-message.js';

/** How often the parent hears that this process' event loop turns. */
const heartbeatIntervalMs = 500;

export type ParentMessage = SignalingReady | { readonly type: 'heartbeat' };

/** A message that cannot be delivered means that the parent is gone, which 'disconnect' reports. */
const ignoreGone = (): void => undefined;

/** Whether this process was started with an IPC channel to its parent. */
export const hasParent = (): boolean => process.send !== undefined;

/** Tells the parent that the service serves, and from then on that it is alive. */
export function reportToParent(ready: SignalingReady): void {
  tell(ready);
  setInterval(() => tell({ type: 'heartbeat' }), heartbeatIntervalMs).unref();
}

function tell(message: ParentMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignoreGone);
}
