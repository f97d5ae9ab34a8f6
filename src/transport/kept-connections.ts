import { KeptConnection } from './kept-connection.js';

/** No more are kept without use; the others are closed after their request. */
const MOST_IDLE = 256;

/** The connections to one origin: as many as there are requests at once, and each with one at a time. */
export class KeptConnections {
  /** Those without a request; the one that was used last is used next. */
  private readonly idle: KeptConnection[] = [];
  private readonly all = new Set<KeptConnection>();
  private readonly forget = (connection: KeptConnection): void => {
    const at = this.idle.lastIndexOf(connection);
    if (at < 0) return;
    this.idle.splice(at, 1);
    this.drop(connection);
  };

  /** @param origin of an http or https URL */
  constructor(private readonly origin: string) {}

  take(): KeptConnection {
    return this.idle.pop() ?? this.make();
  }

  /** One that carried nothing yet. */
  make(): KeptConnection {
    const made = new KeptConnection(this.origin, this.forget);
    this.all.add(made);
    return made;
  }

  /** Its request is over, and it can have the next. */
  giveBack(connection: KeptConnection): void {
    // A server that has answered before it has read everything would take the rest for the next request.
    if (this.idle.length < MOST_IDLE && connection.isWritten) this.idle.push(connection);
    else this.drop(connection);
  }

  drop(connection: KeptConnection): void {
    this.all.delete(connection);
    connection.close();
  }

  /** Closes all, those in use too. */
  close(): void {
    this.idle.length = 0;
    for (const connection of [...this.all]) this.drop(connection);
  }
}
