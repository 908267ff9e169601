import assert from 'node:assert/strict';

import { pino } from 'pino';

import { loadSettings } from '../../../deploy/settings.js';
import { CheckService } from '../../../signaling/checks/check-service.js';
import { HostRegistry } from '../../../signaling/hosts/host-registry.js';
import { IceConfiguration } from '../../../signaling/ice/ice-configuration.js';
import { RequestBudget } from '../../../signaling/limits/request-budget.js';
import { checkLifetimeMs } from '../../../signaling/protocol/check.js';
import { RequestError } from '../../../signaling/protocol/result.js';
import { RoomRegistry } from '../../../signaling/rooms/room-registry.js';
import { FakeClock } from '../fake-clock.js';

import { FakeHostLink, FakeMemberLink } from './fake-links.js';

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof RequestError && error.code === code;

const candidate = 'candidate:1 1 UDP 2122252543 192.0.2.7 50000 typ host';
const iceServers = [{ urls: ['stun:a.example'] }];
const settings = loadSettings({ SHARE_SPACE_STUN_URLS: 'stun:a.example' });
const capacity = 4;

describe('connection checks', () => {
  let clock: FakeClock;
  let host: FakeHostLink;
  let hosts: HostRegistry;
  let rooms: RoomRegistry;
  let page: FakeMemberLink;
  let checks: CheckService;

  const checksWith = (points: number): CheckService =>
    new CheckService({
      rooms,
      hosts,
      budget: new RequestBudget(points, 60),
      capacity,
      ice: new IceConfiguration({ settings, turnSecret: null, clock }),
      clock,
      log: pino({ level: 'silent' }),
    });

  const open = async (link = page): Promise<string> =>
    (await checks.open(link, '192.0.2.7', null)).checkId;

  beforeEach(() => {
    clock = new FakeClock();
    host = new FakeHostLink('one');
    host.answer = (event) => (event === 'check:open' ? { transport: 'options' } : {});
    rooms = new RoomRegistry({ clock, memberGraceMs: 0, controlGraceMs: 0, capacity: 10 });
    rooms.add('lobby');
    rooms.add('attic');
    hosts = new HostRegistry(() => ['lobby', 'attic'], clock, 10_000);
    hosts.add(host);
    rooms.get('lobby')?.setDesktop({ state: 'running' });
    page = new FakeMemberLink();
    checks = checksWith(1000);
  });

  it('are opened at a running room’s host, and say what the page needs, but no room', async () => {
    const offer = await checks.open(page, '192.0.2.7', null);
    const { checkId } = offer;
    assert.deepEqual(offer, { checkId, transport: 'options', iceServers, icePolicy: 'all' });
    assert.deepEqual(host.askedFor('check:open'), [{ checkId, roomId: 'lobby', iceServers }]);
  });

  it('are refused while no room runs', async () => {
    rooms.get('lobby')?.setDesktop({ state: 'failed' });
    await assert.rejects(open(), hasCode('desktop-unavailable'));
  });

  it('pass on what page and host say, to each other only', async () => {
    const checkId = await open();
    await checks.addCandidate(page, { checkId, candidate });
    assert.deepEqual(host.askedFor('check:candidate'), [{ checkId, candidate, roomId: 'lobby' }]);
    assert.equal(checks.candidateFromHost(host, { checkId, candidate }), true);
    assert.deepEqual(page.sent, [{ event: 'check:candidate', payload: { checkId, candidate } }]);

    const stranger = new FakeMemberLink();
    await assert.rejects(
      checks.addCandidate(stranger, { checkId, candidate }),
      hasCode('viewer-unknown'),
    );
    checks.close(stranger, checkId);
    assert.deepEqual(host.askedFor('check:close'), []);
    assert.equal(checks.candidateFromHost(new FakeHostLink('two'), { checkId, candidate }), false);
  });

  it('take a sane number of candidates and drop the rest', async () => {
    const checkId = await open();
    for (let index = 0; index < 100; index += 1) {
      await checks.addCandidate(page, { checkId, candidate });
    }
    assert.equal(host.askedFor('check:candidate').length, 24);
  });

  it('end by themselves', async () => {
    const checkId = await open();
    clock.advance(checkLifetimeMs - 1);
    assert.deepEqual(host.askedFor('check:close'), []);
    clock.advance(1);
    assert.deepEqual(host.askedFor('check:close'), [{ checkId, roomId: 'lobby' }]);
    await assert.rejects(checks.addCandidate(page, { checkId, candidate }), RequestError);
  });

  it('end with their page, and leave no timer behind', async () => {
    await open();
    await open();
    checks.closeAllOf(page);
    assert.equal(host.askedFor('check:close').length, 2);
    assert.equal(clock.pending, 0);
  });

  it('are forgotten with their host', async () => {
    const checkId = await open();
    checks.hostGone('one');
    assert.equal(clock.pending, 0);
    await assert.rejects(checks.addCandidate(page, { checkId, candidate }), RequestError);
  });

  it('are two for a page: the third ends its oldest', async () => {
    const first = await open();
    await open();
    await open();
    assert.deepEqual(host.askedFor('check:close'), [{ checkId: first, roomId: 'lobby' }]);
  });

  it('are so many at a time, of all pages', async () => {
    for (let index = 0; index < capacity; index += 1) await open(new FakeMemberLink());
    await assert.rejects(open(), hasCode('rate-limited'));
    clock.advance(checkLifetimeMs);
    await open();
  });

  it('are so many a minute of one address', async () => {
    checks = checksWith(2);
    await open();
    await open();
    await assert.rejects(open(), hasCode('rate-limited'));
    await checks.open(page, '198.51.100.1', null);
  });

  it('leave nothing behind when the host refuses', async () => {
    host.answer = () => {
      throw new RequestError('internal-error', 'No.');
    };
    await assert.rejects(open(), hasCode('internal-error'));
    assert.equal(clock.pending, 0);
  });
});
