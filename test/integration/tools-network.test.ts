import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

import { afterEach, describe, it } from 'mocha';

import { Child } from '../tools/child.js';
import { Cleanup } from '../tools/cleanup.js';
import { bothWays } from '../tools/network/link-conditions.js';
import { LinkEmulator } from '../tools/network/link-emulator.js';
import { Namespace } from '../tools/network/namespace.js';
import { describeWithNetworks } from '../tools/network/network-needs.js';
import { type NatKind, Router } from '../tools/network/router.js';
import { WholeIpLink } from '../tools/network/whole-ip-link.js';

describe('the link emulator', () => {
  const sockets: Socket[] = [];
  let emulator: LinkEmulator | null = null;

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
    emulator?.close();
  });

  async function open(): Promise<Socket> {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
  }

  async function next(socket: Socket): Promise<string> {
    const [packet] = (await once(socket, 'message')) as [Buffer];
    return String(packet);
  }

  it('carries datagrams both ways between the programs at its ends', async () => {
    emulator = await LinkEmulator.start(bothWays({ delayMs: 2 }));
    const [a, b] = [await open(), await open()];
    a.send('a', emulator.portA);
    a.send('again a', emulator.portA);
    const atA = next(a);
    b.send('b', emulator.portB);
    assert.equal(await atA, 'b');
    const atB = next(b);
    a.send('once more a', emulator.portA);
    assert.match(await atB, /a$/);
    assert.ok(emulator.isJoined);
  });

  it('drops and counts what comes for an end nobody has spoken from', async () => {
    emulator = await LinkEmulator.start(bothWays({}));
    const { portA } = emulator;
    const a = await open();
    a.send('to nobody', portA);
    while (emulator.counters.aToB.unaddressed === 0) await new Promise(setImmediate);
    assert.equal(emulator.isJoined, false);
  });
});

/** A server at two UDP ports that tells each caller the port it sees it at. */
const tellPorts = `
  for (const port of [4001, 4002]) {
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (_, from) => socket.send(String(from.port), from.port, from.address));
    socket.bind(port, () => port === 4002 && console.log('listening'));
  }`;

/** Asks both from one socket, and prints the answers, or nothing when none comes. */
const askPorts = `
  const socket = require('node:dgram').createSocket('udp4');
  const seen = [];
  socket.on('message', (text) => {
    seen.push(String(text));
    if (seen.length === 2) { console.log(seen.join(' ')); process.exit(); }
  });
  for (const port of [4001, 4002]) socket.send('?', port, process.argv[1]);
  setTimeout(() => process.exit(), 2000);`;

/** Connects by TCP, sends a line, and prints what comes back and when, ms. */
const callTcp = `
  const startedAt = performance.now();
  const socket = require('node:net').connect(Number(process.argv[2]), process.argv[1]);
  socket.on('connect', () => {
    const connectedMs = performance.now() - startedAt;
    socket.on('data', (text) => { console.log(connectedMs, String(text)); process.exit(); });
    socket.write('hello');
  });`;

describeWithNetworks([], 'networks made for tests', function () {
  this.timeout(60_000);

  const cleanup = new Cleanup();
  afterEach(() => cleanup.run());

  async function makeNamespace(): Promise<Namespace> {
    return cleanup.add(await Namespace.create(), (namespace) => namespace.close());
  }

  interface Site {
    readonly router: Router;
    /** The outer ports a socket behind the router is seen at by two ports of one server. */
    askPorts(): Promise<string[]>;
  }

  /** A server outside a router and somebody inside. */
  async function makeSite(kind: NatKind): Promise<Site> {
    const outer = await makeNamespace();
    const between = await makeNamespace();
    const inner = await makeNamespace();
    const router = await Router.connect(between, outer, kind);
    await router.attach(inner);
    const [program, ...args] = outer.wrap(process.execPath, '-e', tellPorts);
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const child = cleanup.add(new Child('port teller', server), (one) => one.stop());
    await Promise.race([once(server.stdout, 'data'), child.failure()]);
    const { address } = router.outside.b;
    const ask = async (): Promise<string[]> =>
      (await inner.run(process.execPath, '-e', askPorts, address)).split(/\s/).filter(Boolean);
    return { router, askPorts: ask };
  }

  it('have a cone-like NAT, which uses one outer port for everybody', async () => {
    const [first, second] = await (await makeSite('cone')).askPorts();
    assert.ok(first);
    assert.equal(first, second);
  });

  it('have a symmetric NAT, which uses another outer port for each', async () => {
    const [first, second] = await (await makeSite('symmetric')).askPorts();
    assert.ok(first && second);
    assert.notEqual(first, second);
  });

  it('can drop all UDP, and let it pass again', async () => {
    const site = await makeSite('cone');
    await site.router.blockUdp();
    assert.deepEqual(await site.askPorts(), []);
    await site.router.unblockUdp();
    assert.equal((await site.askPorts()).length, 2);
  });

  it('have a link that everything passes, and that delays it', async () => {
    const far = await makeNamespace();
    const delayMs = 60;
    const link = await WholeIpLink.connect(far, bothWays({ delayMs }));
    cleanup.add(link, (one) => one.close());
    const server = createServer((socket) => {
      // Its farewell may be under way still when the link ends.
      cleanup.add(socket, () => void socket.destroy());
      socket.end(`you are ${socket.remoteAddress ?? ''}`);
    });
    cleanup.add(server.listen(0, link.address), (one) => void one.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const answer = await far.run(process.execPath, '-e', callTcp, link.address, String(port));
    const [connectedMs, ...text] = answer.trim().split(' ');
    assert.equal(text.join(' '), `you are ${link.farAddress}`);
    assert.ok(Number(connectedMs) >= 2 * delayMs, `connected after ${connectedMs} ms`);
    const { aToB, bToA } = await link.look();
    assert.ok(aToB.carried > 0 && bToA.carried > 0);
  });

  it('have a link whose conditions change while it carries, and refuses nonsense', async () => {
    const far = await makeNamespace();
    const link = await WholeIpLink.connect(far, bothWays({}));
    cleanup.add(link, (one) => one.close());
    await link.change(bothWays({ loss: 1 }));
    const before = (await link.look()).bToA.lost;
    await far.run('bash', '-c', `echo >/dev/udp/${link.address}/9`);
    while ((await link.look()).bToA.lost === before);
    await assert.rejects(link.change(bothWays({ loss: 2 })), /loss is 2/);
  });

  it('leave nothing on the machine', async () => {
    const far = await Namespace.create();
    const link = await WholeIpLink.connect(far, bothWays({}));
    const router = await Router.connect(await makeNamespace(), await makeNamespace(), 'cone');
    const names = [far.name, router.namespace.name];
    const addresses = (): string[] =>
      Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
    assert.ok(addresses().includes(link.address));
    await link.close();
    await far.close();
    await cleanup.run();
    assert.ok(!addresses().includes(link.address));
    for (const name of names) assert.ok(!existsSync(`/run/netns/${name}`));
  });

  it('are removed by the next run when theirs was killed', async () => {
    const module = new URL('../tools/network/namespace.js', import.meta.url).href;
    const script = `
      const { Namespace } = await import(${JSON.stringify(module)});
      console.log((await Namespace.create()).name);
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const child = cleanup.add(new Child('owner', owner), (one) => one.stop());
    const [output] = (await once(owner.stdout, 'data')) as [Buffer];
    const path = `/run/netns/${String(output).trim()}`;
    assert.ok(existsSync(path));
    child.kill();
    await child.exited;
    await makeNamespace();
    assert.ok(!existsSync(path));
  });
});
