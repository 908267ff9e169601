import { computed, onScopeDispose, ref, watch } from 'vue';
import type { ComputedRef, Ref, WatchSource } from 'vue';

const tickMs = 1000;

/** The time of day, ms since the Unix epoch, renewed every second. */
export function useNow(): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, tickMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}

/** Whole seconds since `source` last changed. */
export function useSecondsSince(source: WatchSource): ComputedRef<number> {
  const now = useNow();
  const since = ref(Date.now());
  watch(source, () => {
    since.value = now.value = Date.now();
  });
  return computed(() => Math.max(0, Math.floor((now.value - since.value) / 1000)));
}
