import type { IdKey, RequestId } from '../jsonrpc/id.js';
import type { HttpPost } from './http-post.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** A request and the POST that it went with. */
export interface InFlightRequest {
  readonly post: HttpPost;
  readonly method: string;
  readonly isModern: boolean;
}

/** Requests in flight at once: each takes a connection. Further ones wait. */
const MAX_IN_FLIGHT = 256;
/** Requests that were cancelled and whose answers, if they come all the same, settle what was left unknown. */
const MAX_LATE = 64;

/** The POSTs of one client that have not ended, and by which of them each request went. */
export class InFlight {
  private readonly byKey = new Map<IdKey, InFlightRequest>();
  private readonly late = new Map<IdKey, InFlightRequest>();
  private readonly posts = new Set<HttpPost>();
  private onRoom: (() => void) | undefined;
  private paused = false;

  add(post: HttpPost, message: OutgoingMessage): void {
    this.posts.add(post);
    if (this.paused) post.pause();
    const isModern = message.claim !== undefined;
    for (const { id, method } of message.requests) {
      this.late.delete(id.key);
      this.byKey.set(id.key, { post, method, isModern });
    }
    void post.finished.then(() => {
      this.posts.delete(post);
      this.makeRoom();
    });
  }

  get(id: RequestId): InFlightRequest | undefined {
    return this.byKey.get(id.key);
  }

  /** Removes and returns the request that an answer is for. */
  take(id: RequestId): InFlightRequest | undefined {
    const request = this.byKey.get(id.key) ?? this.late.get(id.key);
    this.byKey.delete(id.key);
    this.late.delete(id.key);
    this.makeRoom();
    return request;
  }

  /** Removes those of these requests that are still on their way with this POST, and returns them. */
  takeAll(ids: readonly RequestId[], post: HttpPost): RequestId[] {
    const ours = ids.filter((id) => this.byKey.get(id.key)?.post === post);
    for (const id of ours) this.take(id);
    return ours;
  }

  /** Waits no more for an answer, but for a while still hears it. */
  giveUp(id: RequestId): void {
    const request = this.byKey.get(id.key);
    if (request === undefined) return;
    this.byKey.delete(id.key);
    this.late.set(id.key, request);
    request.post.giveUp();
    const [oldest] = this.late;
    if (this.late.size > MAX_LATE && oldest !== undefined) {
      this.late.delete(oldest[0]);
      oldest[1].post.abort();
    }
    this.makeRoom();
  }

  /** Resolves when one more request may go. */
  async room(): Promise<void> {
    while (this.byKey.size >= MAX_IN_FLIGHT) {
      await new Promise<void>((resolve) => {
        this.onRoom = resolve;
      });
    }
  }

  pause(): void {
    this.paused = true;
    for (const post of this.posts) post.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    for (const post of this.posts) post.resume();
  }

  abort(): void {
    this.byKey.clear();
    for (const post of this.posts) post.abort();
    this.makeRoom();
  }

  private makeRoom(): void {
    this.onRoom?.();
  }
}
