/** Hands texts for people to `wanted`, else to Node as a process warning; it may throw, and no call is lost over that. */
export function noticesTo(wanted: ((text: string) => void) | undefined): (text: string) => void {
  const warn = (text: string): void => process.emitWarning(text, { type: 'FuzeWarning' });
  if (wanted === undefined) return warn;
  return (text) => {
    try {
      wanted(text);
    } catch {
      warn(text);
    }
  };
}
