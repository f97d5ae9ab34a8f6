const NAME = 'content-length';

/** Whether this is the name of the header that tells the length of a body. */
export function isLength(name: string | undefined): boolean {
  return name?.length === NAME.length && name.toLowerCase() === NAME;
}

/** The length that is announced; 0 where none is. `rawHeaders`: names and values by turns. */
export function announcedLength(rawHeaders: readonly string[]): number {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (isLength(rawHeaders[at])) return Number(rawHeaders[at + 1]);
  }
  return 0;
}
