/** Some members of `T`; absent and undefined both mean "not written". */
export type Layer<T> = { readonly [K in keyof T]?: T[K] | undefined };

function put<T extends object, K extends keyof T>(target: T, key: K, layer: Layer<T>): void {
  const value = layer[key];
  if (value !== undefined) target[key] = value;
}

/** Lays layers over `base`, the last wins; members of a layer that `base` does not have are left out. */
export function overlay<T extends object>(base: T, ...layers: (Layer<T> | undefined)[]): T {
  const result = { ...base };
  for (const layer of layers) {
    for (const key in base) if (layer !== undefined) put(result, key, layer);
  }
  return result;
}
