import { onScopeDispose, toValue, watch } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

/** The events of all targets that are listened to here. */
type Events = HTMLVideoElementEventMap & DocumentEventMap & WindowEventMap;

/** Listens to an event of a target that may come and go, and stops with the scope it is called in. */
export function useListener<K extends keyof Events>(
  target: MaybeRefOrGetter<EventTarget | null>,
  type: K,
  listener: (event: Events[K]) => void,
  options: AddEventListenerOptions = {},
): void {
  const handle = listener as EventListener;
  let current: EventTarget | null = null;
  const follow = (next: EventTarget | null): void => {
    current?.removeEventListener(type, handle, options);
    current = next;
    current?.addEventListener(type, handle, options);
  };
  watch(() => toValue(target), follow, { immediate: true, flush: 'post' });
  onScopeDispose(() => follow(null));
}
