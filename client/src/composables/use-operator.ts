import { io, type Socket } from 'socket.io-client';
import { onScopeDispose, readonly, ref, shallowRef } from 'vue';
import type { Ref } from 'vue';

import { operatorNamespace } from '../../../signaling/protocol/operator-events.js';
import type {
  OperatorLogin,
  OperatorSnapshot,
} from '../../../signaling/protocol/operator-events.js';
import { text } from '../text/index.js';

const sessionUrl = '/api/operator/session';

/**
 * - `checking`: asking the service whether this browser is logged in
 * - `logged-out`: show the login
 * - `logging-in`: the password is being checked
 * - `live`: the dashboard is renewed by the service
 * - `stale`: the connection is lost; it comes back by itself
 */
export type OperatorState = 'checking' | 'logged-out' | 'logging-in' | 'live' | 'stale';

/** The operator's connection to the service. */
export type OperatorSocket = Pick<
  Socket<{ 'operator:snapshot': (next: OperatorSnapshot) => void }>,
  'active' | 'on' | 'off' | 'connect' | 'disconnect'
>;

interface Operator {
  readonly state: Readonly<Ref<OperatorState>>;
  /** What went wrong, in words for the operator; empty when nothing did. */
  readonly error: Readonly<Ref<string>>;
  /** The service as last heard of; null before the first news. */
  readonly snapshot: Readonly<Ref<OperatorSnapshot | null>>;
  readonly logIn: (password: string) => Promise<void>;
  readonly logOut: () => Promise<void>;
}

/** The operator's login and the live state of the service. The login itself is a cookie no script can read. */
export function useOperator(
  // A connection of its own: a login counts from the next one on.
  openSocket: () => OperatorSocket = () => io(operatorNamespace, { forceNew: true }),
): Operator {
  const state = ref<OperatorState>('checking');
  const error = ref('');
  const snapshot = shallowRef<OperatorSnapshot | null>(null);
  const socket = openSocket();

  const showLogin = (reason: string): void => {
    state.value = 'logged-out';
    error.value = reason;
    snapshot.value = null;
  };
  const followLoss = (refusal: string): void => {
    // The client tries again by itself unless the service sent it away.
    if (!socket.active) showLogin(refusal);
    else if (snapshot.value) state.value = 'stale';
    else {
      // A password that was accepted needs no second look: what is left is to wait for the service.
      state.value = 'checking';
      error.value = text.operator.waiting;
    }
  };

  socket.on('connect', () => {
    state.value = 'live';
    error.value = '';
  });
  socket.on('operator:snapshot', (next) => {
    snapshot.value = next;
  });
  socket.on('connect_error', () => {
    // Without a login before, being refused is no news.
    if (snapshot.value) followLoss(text.operator.expired);
    else followLoss(state.value === 'logging-in' ? text.operator.notKept : '');
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') followLoss(text.operator.expired);
  });
  onScopeDispose(() => {
    socket.off();
    socket.disconnect();
  });

  const post = async (body: OperatorLogin): Promise<string> => {
    try {
      const response = await fetch(sessionUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return response.ok ? '' : explainStatus(response.status);
    } catch (failure) {
      console.warn('operator login did not reach the service', failure);
      return text.operator.unreachable;
    }
  };

  return {
    state: readonly(state),
    error: readonly(error),
    snapshot,
    async logIn(password) {
      state.value = 'logging-in';
      error.value = '';
      const failure = await post({ password });
      if (failure === '') socket.connect();
      else showLogin(failure);
    },
    async logOut() {
      try {
        const response = await fetch(sessionUrl, { method: 'DELETE' });
        if (!response.ok) throw new Error(`logout answered ${response.status}`);
        socket.disconnect();
        showLogin('');
      } catch (failure) {
        console.warn('operator logout failed', failure);
        error.value = text.operator.logOutFailed;
      }
    },
  };
}

function explainStatus(status: number): string {
  if (status === 401 || status === 400) return text.operator.wrongPassword;
  return status === 429 ? text.operator.tooMany : text.operator.unexpected(status);
}
