import { answerTo, type FoundAnswer } from './answers-in.js';
import { HttpPost, type PostHooks } from './http-post.js';
import type { HttpSession } from './http-session.js';
import type { OutgoingMessage } from './outgoing-message.js';
import type { RemoteOptions } from './remote-options.js';
import type { UpstreamRequest } from './upstream-request.js';

/** The answer to a request of fuze's own. */
export interface OwnAnswer {
  readonly answer: FoundAnswer;
  /** The session that came with it. */
  readonly session: string | undefined;
}

/** Sends the requests of one client with the headers that they need. */
export class HttpSender {
  constructor(
    private readonly options: RemoteOptions,
    private readonly session: HttpSession,
  ) {}

  post(message: OutgoingMessage, hooks: PostHooks): HttpPost {
    const { target, maxMessageBytes } = this.options;
    const headers = this.session.ofPost(message);
    // Streams of 2026-07-28 cannot be resumed.
    const resume =
      message.claim === undefined
        ? (lastEventId: string | undefined) => this.get(lastEventId)
        : undefined;
    return new HttpPost({ target, maxMessageBytes, message, headers, resume, ...hooks });
  }

  /** For the server's own messages, or for the rest of a stream. */
  get(lastEventId: string | undefined): UpstreamRequest {
    const headers = this.session.ofGet(lastEventId);
    return this.options.target.request({ method: 'GET', headers, repeatable: true });
  }

  /** Ends the session. */
  delete(): UpstreamRequest {
    const headers = this.session.ofDelete();
    return this.options.target.request({ method: 'DELETE', headers });
  }

  /** A request of fuze's own; rejects with a reason for people. */
  ask(message: OutgoingMessage): Promise<OwnAnswer> {
    const [request] = message.requests;
    return new Promise((resolve, reject) => {
      const post: HttpPost = this.post(message, {
        messages: (frames) => {
          const answer = request && answerTo(request.id, frames);
          if (request === undefined || answer === undefined) return;
          post.settle(request.id);
          resolve({ answer, session: post.session });
        },
        lost: (_, { reason }) => reject(new Error(reason)),
      });
    });
  }
}
