import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { BodyBudget } from './body-budget.js';
import type { HttpReply } from './http-reply.js';
import { readBody } from './read-body.js';

/** Reads the bodies of requests, within bounds for each and for all that are open together. */
export class BodyIntake {
  private readonly budget: BodyBudget;

  constructor(private readonly maxBodyBytes: () => number) {
    this.budget = new BodyBudget(maxBodyBytes);
  }

  /** Calls back with the body; not when the request was answered here, or the client has left. */
  read(
    request: IncomingMessage,
    encoding: string | undefined,
    reply: HttpReply,
    then: (body: Buffer) => void,
  ): void {
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      // Whoever forwards what it cannot read can be walked around.
      const text = `the body has the encoding ${encoding}; send it as it is`;
      const headers = { 'accept-encoding': 'identity' };
      reply.refuseUnread(request, 415, ErrorCode.InvalidRequest, text, headers);
      return;
    }
    const limit = this.maxBodyBytes();
    const share = this.budget.share();
    // It is held until it is answered: on the way to a server that reads slowly, or with a call that waits.
    reply.onClose(share.giveBack);
    readBody(request, limit, share.take, (body) => {
      if (Buffer.isBuffer(body)) {
        then(body);
        return;
      }
      share.giveBack();
      switch (body) {
        case 'aborted':
          break;
        case 'too large': {
          const text = `the body is above max_message_bytes (${limit})`;
          reply.refuseUnread(request, 413, ErrorCode.InvalidRequest, text);
          break;
        }
        case 'no room': {
          const text = 'too many large requests at once; try again in a moment';
          reply.refuseUnread(request, 503, ErrorCode.Refused, text, { 'retry-after': '1' });
          break;
        }
      }
    });
  }
}
