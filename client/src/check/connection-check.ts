import type { CheckOffer } from '../../../signaling/protocol/check.js';
import { RequestError, unwrap } from '../../../signaling/protocol/result.js';
import type { TransportMaker } from '../transport/media-device.js';

import { testPicture, testSecure, testSound } from './browser-tests.js';
import { failed, nothingKnown, unavailable } from './check-result.js';
import type { CheckName, CheckOutcome, CheckResults, Missing } from './check-result.js';
import type { EchoParts } from './echo.js';
import { testStun, testTurn, testUdp } from './media-tests.js';
import type { MediaProbes } from './media-tests.js';
import { testMediaSocket, testPage, testWebSocket } from './server-tests.js';
import type { OpeningSocket, ServerConnection } from './server-tests.js';
import { withinLimit } from './time-limit.js';

/** What a check asks of the browser. */
export interface CheckParts {
  readonly fetchUrl: typeof fetch;
  /** Connects to the signaling service; `close` is called when the check ends. */
  readonly connect: () => ServerConnection & { close(): void };
  /** Opens a WebSocket at a path of the service. */
  readonly openSocket: (path: string) => OpeningSocket;
  /** Null when this browser has no WebRTC. */
  readonly loadDevice: () => Promise<TransportMaker | null>;
  readonly echo: (
    parts: EchoParts,
    ...rest: Parameters<MediaProbes['echo']>
  ) => ReturnType<MediaProbes['echo']>;
  readonly gather: MediaProbes['gather'];
  readonly mediaSource: Pick<typeof MediaSource, 'isTypeSupported'> | null;
  readonly hasFrameCallback: boolean;
  readonly soundPlayers: Parameters<typeof testSound>[0];
  readonly isSecure: boolean;
  readonly limitMs?: number;
}

/**
 * One run of all tests of a connection. Each has a time limit of its own; those of the media begin
 * once the service is reached, which has to agree to them.
 */
export class ConnectionCheck {
  readonly #parts: CheckParts;
  readonly #onChange: (results: CheckResults) => void;
  readonly #end = new AbortController();
  #results: CheckResults = nothingKnown;

  /** @param onChange told of everything known whenever a test ends */
  constructor(parts: CheckParts, onChange: (results: CheckResults) => void) {
    this.#parts = parts;
    this.#onChange = onChange;
  }

  /** Runs every test; resolves when the last has ended. */
  async run(): Promise<CheckResults> {
    const { mediaSource, hasFrameCallback, soundPlayers, isSecure, fetchUrl } = this.#parts;
    const server = this.#parts.connect();
    this.#end.signal.addEventListener('abort', () => server.close(), { once: true });
    this.#set('picture', testPicture(mediaSource, hasFrameCallback));
    this.#set('sound', testSound(soundPlayers));
    this.#set('secure', testSecure(isSecure));
    await Promise.all([
      this.#test(
        'page',
        (signal) => testPage(fetchUrl, signal),
        () => failed('no-answer'),
      ),
      this.#testWay(server),
    ]);
    this.close();
    return this.#results;
  }

  /** Ends what still runs; idempotent. */
  close(): void {
    this.#end.abort();
  }

  async #testWay(server: ServerConnection): Promise<void> {
    const { state } = await this.#test(
      'websocket',
      () => testWebSocket(server),
      () => failed('no-connection'),
    );
    if (state === 'fine') {
      const { openSocket } = this.#parts;
      await Promise.all([
        this.#testMedia(server),
        this.#test(
          'media',
          (signal) => testMediaSocket(openSocket, signal),
          () => failed('blocked'),
        ),
      ]);
    } else {
      this.#skipMedia('no-server');
      this.#set('media', unavailable('no-server'));
    }
  }

  async #testMedia(server: ServerConnection): Promise<void> {
    const device = await this.#parts.loadDevice().catch(() => null);
    if (!device) {
      this.#skipMedia('no-webrtc');
      return;
    }
    const probes: MediaProbes = {
      open: async () => unwrap(await server.request('check:open', {})),
      echo: (options, signal) => this.#parts.echo({ device, signaling: server }, options, signal),
      gather: (iceServers, signal) => this.#parts.gather(iceServers, signal),
    };
    let offer: CheckOffer;
    try {
      offer = await probes.open();
    } catch (error) {
      this.#skipMedia(missingOf(error) ?? 'no-host');
      return;
    }
    let isAllocated = false;
    await Promise.all([
      this.#test(
        'udp',
        (signal) => testUdp(probes, offer, signal),
        () => failed('blocked'),
      ),
      this.#test(
        'stun',
        (signal) => testStun(probes, offer, signal),
        () => failed('no-answer'),
      ),
      this.#test(
        'turn',
        (signal) => testTurn(probes, offer, signal, () => (isAllocated = true)),
        (error) => {
          const missing = missingOf(error);
          if (missing) return unavailable(missing);
          return failed(isAllocated ? 'no-echo' : 'no-allocation');
        },
      ),
    ]);
  }

  #skipMedia(why: Missing): void {
    for (const name of ['udp', 'stun', 'turn'] as const) this.#set(name, unavailable(why));
  }

  async #test<Name extends CheckName>(
    name: Name,
    test: (signal: AbortSignal) => Promise<CheckOutcome<Name>>,
    otherwise: (error: unknown) => CheckOutcome<Name>,
  ): Promise<CheckOutcome<Name>> {
    const { limitMs } = this.#parts;
    const outcome = await withinLimit(test, otherwise, this.#end.signal, limitMs);
    this.#set(name, outcome);
    return outcome;
  }

  #set<Name extends CheckName>(name: Name, outcome: CheckOutcome<Name>): void {
    if (this.#end.signal.aborted) return;
    this.#results = { ...this.#results, [name]: outcome };
    this.#onChange(this.#results);
  }
}

/** Why the service would not make the other end of a check; null when that was not it. */
function missingOf(error: unknown): 'no-host' | 'rate-limited' | null {
  if (!(error instanceof RequestError)) return null;
  if (error.code === 'rate-limited') return 'rate-limited';
  return error.code === 'desktop-unavailable' ? 'no-host' : null;
}
