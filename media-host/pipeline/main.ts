import { AV_LOG_WARNING } from 'node-av/constants';
import { Log } from 'node-av/lib';

import { encodeSideMessage } from '../../signaling/protocol/media-message.js';
import type { Input } from '../../signaling/protocol/viewer-messages.js';
import { childLogger, dropPrivileges, live, readOptions } from '../supervision/child-process.js';

import { BroadcastServer } from './broadcast/broadcast-server.js';
import type { Demand } from './broadcast/upstream.js';
import { CursorCapture } from './capture/cursor-capture.js';
import type { CursorShape } from './capture/cursor-shape.js';
import { openDisplay } from './capture/x-display.js';
import { InputSink } from './input/input-sink.js';
import { RfbClient } from './input/rfb-client.js';
import { pipelineOptionsSchema, pipelineOptionsVariable } from './pipeline-options.js';
import { SoundTrack } from './sound-track.js';
import { VideoTrack } from './video-track.js';

/*
 * One room's pipeline as a process: it wires capture, encoder, fragmenter, broadcast and input, and
 * ends when one of them that it cannot do without is lost; its supervisor then starts a fresh one.
 */

const options = readOptions(pipelineOptionsVariable, pipelineOptionsSchema);
dropPrivileges(options.runAs);
const logger = childLogger('pipeline');
// Encoders introduce themselves at length; the log is for what goes wrong.
Log.setLevel(AV_LOG_WARNING);

function fail(what: string, why: string): never {
  logger.error({ why }, what);
  process.exit(1);
}

const display = await openDisplay(options.display).catch((error: unknown) =>
  fail('display not reachable', String(error)),
);
display.client.on('error', (error) => fail('display failed', error.message));
display.client.on('end', () => fail('display lost', 'connection closed'));

const video = await VideoTrack.open(options.room, display, {
  onMessage: (encoded) => broadcast.publish(encoded),
  onPause: (rendition) => broadcast.forgetPictures(rendition),
  onBitrate: (rendition, bitrateKbps) => logger.info({ rendition, bitrateKbps }, 'bitrate'),
  onFailure: (error) => fail('video failed', error.message),
});
const sound = await SoundTrack.open(options.sound, {
  onMessage: (encoded) => broadcast.publish(encoded),
  onInterruption: (reason) => logger.warn({ reason }, 'sound interrupted'),
});
const rfb = await RfbClient.connect(options.rfbSocketPath);
rfb.once('closed', () => fail('input lost', 'RFB connection closed'));
/* By subscriber: what one lets go of, or leaves behind, is not what another's controller holds. */
const inputs = new Map<number, InputSink>();

const broadcast = await BroadcastServer.listen(options.broadcastSocketPath, {
  onDemand: (demand) => setDemand(demand),
  onKeyFrameRequest: (rendition) => video.requestKeyFrame(rendition),
  onInput: (subscriber, message) => applyInput(subscriber, message),
  onSubscriberLost: (subscriber, reason) => {
    logger.info({ reason }, 'subscriber lost');
    inputs.get(subscriber)?.releaseAll();
    inputs.delete(subscriber);
  },
});
for (const message of [...video.initMessages, ...sound.initMessages]) broadcast.publish(message);
const { width, height } = video.size;
broadcast.publish(encodeSideMessage('desktop', u16s(width, height)));

await CursorCapture.open(display, {
  onShape: (shape) => broadcast.publish(encodeSideMessage('cursor', shapeBytes(shape))),
  onPosition: (x, y) => broadcast.publish(encodeSideMessage('pointer', u16s(x, y))),
});

live(() => {
  for (const input of inputs.values()) input.releaseAll();
  sound.stop();
  broadcast.close();
});

/* Nothing is captured or encoded that nobody needs. */
function setDemand(demand: Demand): void {
  video.setDemand(demand);
  sound.setAacNeeded(demand.compatibleSound > 0);
  if (demand.main.receiving + demand.small.receiving > 0) sound.start();
  else sound.stop();
}

function applyInput(subscriber: number, message: Input): void {
  const input = inputs.get(subscriber) ?? new InputSink(rfb, options.room.size);
  inputs.set(subscriber, input);
  input.handle(message);
  if (message.type === 'pointer') {
    const { width, height } = options.room.size;
    const x = Math.min(message.x, width - 1);
    const y = Math.min(message.y, height - 1);
    broadcast.publish(encodeSideMessage('pointer', u16s(x, y)));
  }
}

function u16s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(Math.max(0, value), index * 2));
  return bytes;
}

const shapeBytes = (shape: CursorShape): Buffer =>
  Buffer.concat([u16s(shape.width, shape.height, shape.hotspotX, shape.hotspotY), shape.pixels]);
