import { readonly, ref } from 'vue';
import type { Ref } from 'vue';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/** More than this nobody reads; the oldest goes first. */
const maxToasts = 3;
const lifetimeMs = 7000;

const toasts = ref<Toast[]>([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let lastId = 0;

interface Toasts {
  readonly toasts: Readonly<Ref<readonly Toast[]>>;
  /** Shows a message for a few seconds; one that is on the screen already starts anew instead. */
  readonly show: (text: string) => void;
  readonly dismiss: (id: number) => void;
  /** Keeps a message on the screen while someone reads it. */
  readonly hold: (id: number) => void;
  /** Lets a held message go after its usual time. */
  readonly release: (id: number) => void;
  readonly clear: () => void;
}

/** Short messages that explain themselves and go away. There is one set of them for all pages. */
export function useToasts(): Toasts {
  return { toasts: readonly(toasts), show, dismiss, hold, release: startTimer, clear };
}

function show(text: string): void {
  const same = toasts.value.find((toast) => toast.text === text);
  if (same) {
    startTimer(same.id);
    return;
  }
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, text }];
  startTimer(id);
  const oldest = toasts.value[0];
  if (toasts.value.length > maxToasts && oldest) dismiss(oldest.id);
}

function dismiss(id: number): void {
  hold(id);
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function hold(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

function startTimer(id: number): void {
  hold(id);
  timers.set(
    id,
    setTimeout(() => dismiss(id), lifetimeMs),
  );
}

function clear(): void {
  for (const { id } of toasts.value) dismiss(id);
}
