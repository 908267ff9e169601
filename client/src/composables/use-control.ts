import { ref, watch } from 'vue';
import type { Ref } from 'vue';

import type { Result } from '../../../signaling/protocol/result.js';
import { text } from '../text/index.js';

import type { Room } from './use-room.js';
import { useToasts } from './use-toasts.js';

interface Control {
  /** A request is on its way. */
  readonly pending: Ref<boolean>;
  /** @returns whether this member has control now; otherwise a toast has said why not */
  readonly take: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/** Takes and releases keyboard and mouse, and tells the person what came of it. */
export function useControl(room: Room): Control {
  const { show } = useToasts();
  const pending = ref(false);
  let isReleasing = false;

  /** @returns whether the request was granted */
  const ask = async (request: () => Promise<Result<null>>): Promise<boolean> => {
    if (pending.value) return false;
    pending.value = true;
    try {
      const result = await request();
      if (!result.ok) show(explain(result.error));
      return result.ok;
    } catch (error) {
      console.warn('control request failed', error);
      show(text.control.failed);
      return false;
    } finally {
      pending.value = false;
    }
  };

  const explain = ({ code, message }: { code: string; message: string }): string =>
    code === 'control-taken'
      ? text.control.taken(room.controller.value?.name ?? text.control.someone)
      : message;

  watch(room.hasControl, (has, had) => {
    if (had && !has && !isReleasing) show(text.control.lost);
  });

  return {
    pending,
    take: () => ask(() => room.session.requestControl()),
    release: async () => {
      isReleasing = true;
      await ask(() => room.session.releaseControl());
      isReleasing = false;
    },
  };
}
