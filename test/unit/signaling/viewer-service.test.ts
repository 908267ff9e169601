import assert from 'node:assert/strict';

import { pino } from 'pino';

import { loadSettings } from '../../../deploy/settings.js';
import { HostRegistry } from '../../../signaling/hosts/host-registry.js';
import { IceConfiguration } from '../../../signaling/ice/ice-configuration.js';
import { turnCredentials } from '../../../signaling/ice/turn-credentials.js';
import { RequestBudget } from '../../../signaling/limits/request-budget.js';
import { MediaPairs } from '../../../signaling/media/media-pairs.js';
import { RequestError } from '../../../signaling/protocol/result.js';
import type { Membership } from '../../../signaling/rooms/room-members.js';
import { ViewerRegistry } from '../../../signaling/viewers/viewer-registry.js';
import { ViewerService } from '../../../signaling/viewers/viewer-service.js';
import { FakeClock } from '../fake-clock.js';

import { FakeHostLink, FakeMemberLink } from './fake-links.js';

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof RequestError && error.code === code;

const member = (memberId: string, link = new FakeMemberLink()) => ({
  roomId: 'lobby',
  memberId,
  link,
});

const iceSettings = {
  ...loadSettings({ SHARE_SPACE_TURN_SERVER: 'on' }),
  icePolicy: 'relay' as const,
};

describe('the viewers of a room', () => {
  let clock: FakeClock;
  let host: FakeHostLink;
  let hosts: HostRegistry;
  let registry: ViewerRegistry;
  let pairs: MediaPairs;
  let service: ViewerService;

  const serviceWith = (
    budget: RequestBudget,
    budgetOfAddresses = new RequestBudget(1000, 60),
  ): ViewerService =>
    new ViewerService({
      hosts,
      viewers: registry,
      mediaPairs: pairs,
      budget,
      budgetOfAddresses,
      ice: new IceConfiguration({ settings: iceSettings, turnSecret: 'secret', clock }),
      clock,
      log: pino({ level: 'silent' }),
    });

  const open = async (owner: Membership): Promise<string> =>
    (await service.open(owner, { via: 'webrtc' }, 'share.lan')).viewerId;

  beforeEach(() => {
    clock = new FakeClock();
    host = new FakeHostLink('one');
    pairs = new MediaPairs(clock, pino({ level: 'silent' }));
    host.answer = (_event, payload) => ({ ...(payload as object), via: 'webrtc' });
    hosts = new HostRegistry(() => ['lobby'], clock, 10_000);
    hosts.add(host);
    registry = new ViewerRegistry();
    service = serviceWith(new RequestBudget(1000, 60));
  });

  it('are opened at the room’s host, with what they need', async () => {
    const ada = member('ada');
    const viewerId = await open(ada);
    assert.deepEqual(host.asked, [
      {
        event: 'viewer:open',
        payload: {
          viewerId,
          roomId: 'lobby',
          memberId: 'ada',
          iceServers: [
            { urls: ['stun:signaling.lan:3478'] },
            {
              urls: ['turn:signaling.lan:3478?transport=udp'],
              ...turnCredentials('secret', viewerId, clock.nowMs() + 600_000),
            },
          ],
        },
      },
    ]);
    assert.match(viewerId, /^[A-Za-z0-9_-]{8,64}$/);
    assert.equal(registry.get(viewerId)?.sinceMs, clock.nowMs());
  });

  it('over WebSocket get a token of their own, and their host another', async () => {
    host.answer = (_event, payload) => ({ ...(payload as object), via: 'websocket' });
    const offer = await service.open(member('ada'), { via: 'websocket' }, 'share.lan');
    assert.ok(offer.via === 'websocket');
    const [asked] = host.askedFor('viewer:open') as { mediaToken: string; iceServers: object[] }[];
    assert.deepEqual(asked?.iceServers, []);
    assert.notEqual(offer.token, asked.mediaToken);
    assert.equal(pairs.claim('host', offer.token), null);
    assert.ok(pairs.claim('page', offer.token));
    assert.ok(pairs.claim('host', asked.mediaToken));
    service.hostGone('one');
    assert.equal(pairs.size, 0, 'the sockets end with the viewer');
  });

  it('are given to their page with credentials of that moment', async () => {
    const credentialsOf = async (): Promise<string | undefined> => {
      const offer = await service.open(member('ada'), { via: 'webrtc' }, 'share.lan');
      return offer.via === 'webrtc' ? offer.ice.iceServers[1]?.username : undefined;
    };
    const first = await credentialsOf();
    clock.advance(60_000);
    const [expiry, name] = (await credentialsOf())?.split(':') ?? [];
    assert.deepEqual([Number(expiry), name], [Number(first?.split(':')[0]) + 60, 'ada']);
  });

  it('cannot be opened without a host', async () => {
    hosts.remove(host);
    await assert.rejects(open(member('ada')), hasCode('desktop-unavailable'));
  });

  it('are forgotten, and closed to be sure, when the host does not open them', async () => {
    host.answer = (event) => {
      if (event === 'viewer:open') throw new RequestError('desktop-unavailable', 'Starting.');
      return {};
    };
    await assert.rejects(open(member('ada')), hasCode('desktop-unavailable'));
    assert.deepEqual(
      host.asked.map(({ event }) => event),
      ['viewer:open', 'viewer:close'],
    );
    assert.deepEqual(
      registry.filter(() => true),
      [],
    );
  });

  it('are closed at the host when their page went away while they were opened', async () => {
    const ada = member('ada');
    let finish = (): void => undefined;
    host.answer = (event) =>
      event === 'viewer:open' ? new Promise<void>((resolve) => (finish = resolve)) : {};
    const opening = open(ada);
    // The request reaches the host some turns later, after the budget was asked.
    while (host.asked.length === 0) await Promise.resolve();
    service.closeAllOf(ada.link);
    finish();
    await assert.rejects(opening, hasCode('viewer-unknown'));
    assert.equal(host.asked.at(-1)?.event, 'viewer:close');
  });

  it('take requests of their own page only', async () => {
    const ada = member('ada');
    const viewerId = await open(ada);
    await service.forward(ada, 'viewer:start', { viewerId });
    assert.deepEqual(host.asked.at(-1), {
      event: 'viewer:start',
      payload: { viewerId, roomId: 'lobby' },
    });
    const asked = host.asked.length;
    for (const stranger of [member('bob'), member('ada'), { ...member('bob'), roomId: 'vault' }]) {
      await assert.rejects(
        service.forward(stranger, 'viewer:start', { viewerId }),
        hasCode('viewer-unknown'),
      );
      await assert.rejects(service.close(stranger, { viewerId }), hasCode('viewer-unknown'));
    }
    assert.equal(host.asked.length, asked);
  });

  it('cannot be sent to another room by what the page sends', async () => {
    const ada = member('ada');
    const viewerId = await open(ada);
    const forged = { viewerId, roomId: 'vault' };
    await service.forward(ada, 'transport:open', forged);
    assert.deepEqual(host.asked.at(-1)?.payload, { viewerId, roomId: 'lobby' });
  });

  it('are closed with their page’s connection, and those of others are not', async () => {
    const ada = member('ada');
    const adas = [await open(ada), await open(ada)];
    const bobs = await open(member('bob'));
    service.closeAllOf(ada.link);
    assert.deepEqual(
      host.askedFor('viewer:close'),
      adas.map((viewerId) => ({ viewerId, roomId: 'lobby' })),
    );
    assert.ok(registry.get(bobs));
  });

  it('are three for one page at most: the oldest makes place', async () => {
    const ada = member('ada');
    const viewerIds = [await open(ada), await open(ada), await open(ada), await open(ada)];
    const [first] = viewerIds;
    assert.deepEqual(host.askedFor('viewer:close'), [{ viewerId: first, roomId: 'lobby' }]);
    assert.deepEqual(ada.link.sent, [
      { event: 'viewer:closed', payload: { viewerId: first, reason: 'closed' } },
    ]);
  });

  it('tell their page when the host loses them', async () => {
    const ada = member('ada');
    const viewerId = await open(ada);
    const event = { roomId: 'lobby', viewerId, reason: 'fan-out-restarted' } as const;
    assert.equal(service.closedByHost(new FakeHostLink('other'), event), false);
    assert.deepEqual(ada.link.sent, []);
    assert.equal(service.closedByHost(host, event), true);
    assert.equal(service.closedByHost(host, event), false);
    assert.deepEqual(ada.link.sent, [
      { event: 'viewer:closed', payload: { viewerId, reason: 'fan-out-restarted' } },
    ]);
    await assert.rejects(
      service.forward(ada, 'viewer:start', { viewerId }),
      hasCode('viewer-unknown'),
    );
  });

  it('tell their page when the host is gone', async () => {
    const ada = member('ada');
    const viewerId = await open(ada);
    service.hostGone('other');
    assert.deepEqual(ada.link.sent, []);
    service.hostGone('one');
    assert.deepEqual(ada.link.sent, [
      { event: 'viewer:closed', payload: { viewerId, reason: 'host-gone' } },
    ]);
  });

  it('get their host’s candidates, and nobody else does', async () => {
    const ada = member('ada');
    const bob = member('bob');
    const viewerId = await open(ada);
    await open(bob);
    const candidate = { viewerId, transportId: 'transport', candidate: 'candidate:1' };
    assert.equal(service.candidateFromHost(host, { ...candidate, roomId: 'lobby' }), true);
    assert.equal(
      service.candidateFromHost(new FakeHostLink('other'), { ...candidate, roomId: 'lobby' }),
      false,
    );
    assert.deepEqual(ada.link.sent, [{ event: 'transport:candidate', payload: candidate }]);
    assert.deepEqual(bob.link.sent, []);
  });

  it('are opened a bounded number of times by one member', async () => {
    service = serviceWith(new RequestBudget(20, 60));
    await open(member('ada'));
    await open(member('ada'));
    await assert.rejects(open(member('ada')), hasCode('rate-limited'));
    await open(member('bob'));
  });

  it('are opened a bounded number of times from one address, whoever its members are by then', async () => {
    service = serviceWith(new RequestBudget(1000, 60), new RequestBudget(20, 60));
    await open(member('ada'));
    await open(member('ada-again'));
    await assert.rejects(open(member('ada-once-more')), hasCode('rate-limited'));
    const elsewhere = new FakeMemberLink();
    elsewhere.address = '192.0.2.2';
    await open(member('bob', elsewhere));
  });
});
