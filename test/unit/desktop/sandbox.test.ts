import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { sandboxed, unconfined } from '../../../media-host/desktop/sandbox.js';
import type { SandboxPlan } from '../../../media-host/desktop/sandbox.js';

const plan: SandboxPlan = {
  identity: null,
  hostname: 'room',
  home: { source: '/srv/data/rooms/room/home', mount: '/tmp/base/room/home' },
  hidden: ['/srv/data', '/opt/share-space'],
  program: null,
  temporary: '/tmp/base/room/tmp',
  runtimeBase: '/tmp/base',
  binds: [{ source: '/tmp/base/room/sockets', target: '/run/sockets', writable: true }],
};

/** The options of bubblewrap that mount something, as `option argument argument`. */
function mounts(args: readonly string[]): string[] {
  const counts: Record<string, number> = { '--bind': 2, '--ro-bind': 2, '--tmpfs': 1 };
  return args.flatMap((arg, index) => {
    const count = counts[arg];
    return count === undefined ? [] : [args.slice(index, index + 1 + count).join(' ')];
  });
}

describe('a sandbox’s command line', () => {
  it('for one user shows the machine read-only, but for the room’s own files', () => {
    const { command, args } = sandboxed(plan, 'Xvnc', [':1']);
    assert.deepEqual([command, args[0]], ['setsid', 'bwrap']);
    assert.deepEqual(mounts(args), [
      '--ro-bind / /',
      ...['--tmpfs /run', '--tmpfs /var/tmp', '--tmpfs /home', '--tmpfs /root'],
      '--bind /tmp/base/room/tmp /tmp',
      '--tmpfs /srv/data',
      '--tmpfs /opt/share-space',
      '--bind /srv/data/rooms/room/home /home/member',
      '--bind /tmp/base/room/sockets /run/sockets',
    ]);
    assert.deepEqual(args.slice(-3), ['--', 'Xvnc', ':1']);
  });

  it('ends with the media host and has its own processes and user', () => {
    const { args } = sandboxed(plan, 'true', []);
    for (const option of [
      '--die-with-parent',
      '--unshare-pid',
      '--unshare-user',
      '--new-session',
    ]) {
      assert.ok(args.includes(option), option);
    }
    assert.ok(!args.includes('--unshare-ipc'), 'MIT-SHM needs one IPC namespace');
  });

  it('covers no folder that is empty anyway', () => {
    const hidden = ['/home/alice/share-space/data', '/root/data', '/tmp/data'];
    const { args } = sandboxed({ ...plan, hidden }, 'true', []);
    assert.deepEqual(
      mounts(args).filter((mount) => mount.startsWith('--tmpfs')),
      ['--tmpfs /run', '--tmpfs /var/tmp', '--tmpfs /home', '--tmpfs /root'],
    );
  });

  it('covers the outermost of folders that lie in each other', () => {
    const hidden = ['/opt/share-space/data', '/opt/share-space'];
    const { args } = sandboxed({ ...plan, hidden }, 'true', []);
    assert.ok(args.includes('/opt/share-space'));
    assert.ok(!args.includes('/opt/share-space/data'));
  });

  it('with the operator’s own command shows program and /tmp, and still no secrets', () => {
    const { args } = sandboxed(
      {
        ...plan,
        hidden: ['/home/alice/share-space/data'],
        program: { source: '/home/alice/share-space', mount: '/tmp/base/room/program' },
        temporary: null,
      },
      'true',
      [],
    );
    const all = mounts(args);
    const show = all.indexOf('--ro-bind /home/alice/share-space /home/alice/share-space');
    const hide = all.indexOf('--tmpfs /home/alice/share-space/data');
    assert.ok(show > all.indexOf('--tmpfs /home'));
    assert.ok(hide > show);
    assert.ok(all.includes('--bind /tmp /tmp'));
    assert.ok(all.includes('--tmpfs /tmp/base'));
  });

  it('for root mounts what only root reaches, then becomes the room’s user for good', () => {
    const identity = { uid: 61_000, gid: 61_000 };
    const program = { source: '/root/share-space', mount: '/tmp/base/room/program' };
    const { command, args } = sandboxed({ ...plan, identity, program, temporary: null }, 'Xvnc', [
      ':1',
    ]);
    assert.deepEqual([command, args[0]], ['setsid', 'unshare']);
    const script = args.indexOf('-c') + 1;
    const become = args.indexOf('setpriv');
    assert.deepEqual(args.slice(script + 2, args.indexOf('run', script)), [
      ...['bind', '/srv/data/rooms/room/home', '/tmp/base/room/home'],
      ...['hide', '/srv/data', 'hide', '/opt/share-space'],
      ...['bind', '/root/share-space', '/tmp/base/room/program'],
    ]);
    const bwrap = args.indexOf('bwrap');
    assert.deepEqual(args.slice(become, bwrap), [
      ...['setpriv', '--reuid=61000', '--regid=61000', '--clear-groups'],
      ...['--inh-caps=-all', '--no-new-privs', '--'],
    ]);
    const inner = mounts(args.slice(bwrap));
    assert.ok(inner.includes('--bind /tmp/base/room/home /home/member'));
    assert.ok(inner.includes('--ro-bind /tmp/base/room/program /root/share-space'));
    assert.ok(!inner.includes('--tmpfs /srv/data'), 'covered before, where only root may');
  });
});

describe('a command line without a sandbox', () => {
  it('ends with the media host and gains no rights', () => {
    assert.deepEqual(unconfined(false, 'Xvnc', [':1']), {
      command: 'setsid',
      args: ['setpriv', '--pdeathsig', 'SIGKILL', '--no-new-privs', '--', 'Xvnc', ':1'],
    });
  });

  it('limits the processes of a room that has a user of its own', () => {
    const { args } = unconfined(true, 'Xvnc', []);
    assert.equal(args[0], 'prlimit');
    assert.match(args[1] ?? '', /^--nproc=\d+$/);
  });
});
