/** Gathers an option that may be given several times. */
export function listOf(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
