import type { Frame } from '../../../src/jsonrpc/framing.js';
import type { TransportHandler, Via } from '../../../src/transport/transport.js';

/** What a transport tells, in the order in which it did. */
export class Heard implements TransportHandler {
  readonly texts: string[] = [];
  readonly vias: (Via | undefined)[] = [];
  readonly gone: Via[] = [];
  /** How often room was told of. */
  drains = 0;

  messages(frames: readonly Frame[], via?: Via): void {
    for (const frame of frames) {
      this.texts.push(frame.kind === 'line' ? frame.body.toString() : 'oversize');
      this.vias.push(via);
    }
  }

  drained(): void {
    this.drains += 1;
  }

  lost(): void {}

  left(via: Via): void {
    this.gone.push(via);
  }

  ended(): void {}
}
