/** Canonical JSON text, in pieces where a part of it is bytes already. */
export type CanonicalPieces = readonly (string | Buffer)[];

/** A value of a record that is in memory as RFC 8785 spells it, and goes into the file as it is. */
export class ReadyJson {
  /** The bytes must hold until the record is written. */
  constructor(readonly pieces: CanonicalPieces) {}

  /** The value, for whoever writes it in the way of all others. */
  toJSON(): unknown {
    const bytes = this.pieces.map((piece) =>
      typeof piece === 'string' ? Buffer.from(piece) : piece,
    );
    return JSON.parse(Buffer.concat(bytes).toString('utf8'));
  }
}
