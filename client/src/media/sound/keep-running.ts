/** What keeping an audio context running needs of it. */
export type KeptContext = Pick<
  AudioContext,
  'state' | 'resume' | 'addEventListener' | 'removeEventListener'
>;

/** What tells that the page is looked at again. */
export type VisiblePage = Pick<
  Document,
  'visibilityState' | 'addEventListener' | 'removeEventListener'
>;

/**
 * Resumes an audio context that something other than the page stopped: on an iPhone a call, an alarm
 * or the lock screen makes it `interrupted` (Web Audio API 1.1, AudioContextState), and when that is
 * over it may be left `suspended`. A context that never ran waits for the person's first touch; that
 * is not this function's to change.
 * @returns stops doing so
 */
export function keepRunning(context: KeptContext, page: VisiblePage): () => void {
  let hasRun = context.state === 'running';
  let wasInterrupted = false;

  const resume = (): void => {
    // Refused while the call goes on, or without a touch: the next chance, or the person, brings it back.
    void context.resume().catch(() => undefined);
  };
  const onState = (): void => {
    const { state } = context;
    if (state === 'running') hasRun = true;
    const isOver = wasInterrupted && state === 'suspended';
    wasInterrupted = state === 'interrupted';
    if (isOver && hasRun) resume();
  };
  const onVisibility = (): void => {
    if (page.visibilityState === 'visible' && hasRun && context.state !== 'running') resume();
  };

  context.addEventListener('statechange', onState);
  page.addEventListener('visibilitychange', onVisibility);
  return () => {
    context.removeEventListener('statechange', onState);
    page.removeEventListener('visibilitychange', onVisibility);
  };
}
