/**
 * Whether a message may be sent once more when nobody knows whether its first copy arrived: anything but a call, which may
 * have effects. False for a batch, which may hold calls, and for a response.
 */
export function isRepeatable(method: string | undefined): boolean {
  return method !== undefined && method !== 'tools/call';
}
