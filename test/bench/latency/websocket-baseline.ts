import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type WebSocket, WebSocketServer } from 'ws';

import { Child } from '../../tools/child.js';
import { bundlePage } from '../../tools/page-bundle.js';
import { type DisplayAccess, displayEnvironment } from '../../tools/x-display.js';

/*
 * What the 2019 design did, tuned as far as the ffmpeg command goes: the screen is grabbed at
 * 30 frames a second, encoded without look-ahead and written as one MP4 fragment a frame; the
 * bytes travel over a WebSocket into MediaSource. Picture only: with sound it would be slower.
 */

const keyFrameInterval = 60;

export interface BaselineOptions {
  readonly size: { readonly width: number; readonly height: number };
  readonly framesPerSecond: number;
  readonly bitrateKbps: number;
  /** Where pages find it; by default on this machine alone. */
  readonly address?: string;
}

function ffmpegArguments(display: string, options: BaselineOptions): string[] {
  const { width, height } = options.size;
  const rate = `${options.bitrateKbps}k`;
  const grab = ['-f', 'x11grab', '-draw_mouse', '0', '-framerate', `${options.framesPerSecond}`];
  const input = ['-probesize', '32', '-video_size', `${width}x${height}`, '-i', display];
  const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'];
  const profile = ['-profile:v', 'baseline', '-level', '3.1', '-pix_fmt', 'yuv420p'];
  const control = ['-b:v', rate, '-maxrate', rate, '-bufsize', `${options.bitrateKbps / 4}k`];
  const fragments = ['-movflags', 'frag_every_frame+empty_moov+default_base_moof'];
  return ['-loglevel', 'error', '-fflags', 'nobuffer', ...grab, ...input]
    .concat(encoder, profile, control, ['-g', `${keyFrameInterval}`])
    .concat(fragments, ['-flush_packets', '1', '-f', 'mp4', 'pipe:1']);
}

function pageWith(script: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Baseline</title>
<style>body{margin:0;background:#000}video{width:1280px;height:720px}</style>
<video data-testid="room-video" muted autoplay playsinline></video><script>${script}</script>`;
}

/** A page that shows a display through ffmpeg and a WebSocket, for as long as the page is open. */
export class WebSocketBaseline {
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #encoders = new Set<Child>();

  private constructor(http: Server, access: DisplayAccess, options: BaselineOptions) {
    this.#http = http;
    this.#sockets = new WebSocketServer({ server: http, path: '/media' });
    this.#sockets.on('connection', (socket) => this.#serve(socket, access, options));
  }

  static async start(access: DisplayAccess, options: BaselineOptions): Promise<WebSocketBaseline> {
    const page = pageWith(await bundlePage('baseline-player'));
    const http = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(page);
    });
    http.listen(0, options.address ?? '127.0.0.1');
    await once(http, 'listening');
    return new WebSocketBaseline(http, access, options);
  }

  get url(): string {
    const { address, port } = this.#http.address() as AddressInfo;
    return `http://${address}:${port}/`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await Promise.all([...this.#encoders].map((encoder) => encoder.stop()));
    this.#sockets.close();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  #serve(socket: WebSocket, access: DisplayAccess, options: BaselineOptions): void {
    const ffmpeg: ChildProcess = spawn('ffmpeg', ffmpegArguments(access.display, options), {
      env: displayEnvironment(access),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const encoder = new Child('ffmpeg', ffmpeg);
    this.#encoders.add(encoder);
    ffmpeg.stdout?.on('data', (data: Buffer) => socket.send(data));
    void encoder.exited.then(() => {
      this.#encoders.delete(encoder);
      socket.close(1011, encoder.stderr.slice(0, 100));
    });
    socket.once('close', () => void encoder.stop());
  }
}
