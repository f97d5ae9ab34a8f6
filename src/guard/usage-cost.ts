import type { Micros, Settings } from '../config/settings.js';
import { PRICES, type Price } from './prices.js';
import type { TokenUsage } from './usage.js';

type Providers = Settings['providers'];

/** What may follow the name of a model and leave its price as it is: dates, numbers of versions, `-latest`. */
const VERSION = /^(?:[-@:](?:latest|preview|exp|v\d+|\d{3,8}|\d{2}-\d{2,4}))+(?::\d+)?$/;
/** Bedrock: the region of an inference profile, and the maker of the model. */
const BEDROCK_PREFIX = /^(?:[a-z-]+\.)?(?:anthropic|amazon|meta|mistral|cohere)\./;

/** A model without its provider: `openai/gpt-4o`, `models/gemini-2.5-pro`, `us.anthropic.claude-3-haiku-20240307-v1:0`. */
function bareName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1).replace(BEDROCK_PREFIX, '');
}

function priceIn(model: string, table: Readonly<Record<string, Price>>): Price | undefined {
  const bare = bareName(model);
  let best: { readonly length: number; readonly price: Price } | undefined;
  for (const [key, price] of Object.entries(table)) {
    const known = key.toLowerCase();
    if (known === model) return price;
    const name = bareName(known);
    if (!bare.startsWith(name)) continue;
    if (bare.length > name.length && !VERSION.test(bare.slice(name.length))) continue;
    const dearer = best?.length === name.length && price.output > best.price.output;
    if (best === undefined || name.length > best.length || dearer) {
      best = { length: name.length, price };
    }
  }
  return best?.price;
}

/**
 * The price of a model: from `[providers]`, else from the table in `prices.ts`; undefined where both do not know it.
 * An exact `provider/model` wins, then the model without its provider, then the longest known name that a version
 * follows (`gpt-4o-2024-08-06` is a `gpt-4o`). Of two providers with the same model, the dearer one counts.
 */
export function priceOf(model: string, providers: Providers): Price | undefined {
  const name = model.trim().toLowerCase();
  return priceIn(name, providers) ?? priceIn(name, PRICES);
}

/** What tokens cost, rounded up to whole micro-dollars, or undefined where nobody knows their price. */
export function usageCost(
  { model, input, output, cacheRead, cacheWritten }: TokenUsage,
  providers: Providers,
): Micros | undefined {
  const price = model === undefined ? undefined : priceOf(model, providers);
  if (price === undefined) return undefined;
  const perThousand =
    input * price.input +
    output * price.output +
    cacheRead * (price.cacheRead ?? price.input) +
    cacheWritten * (price.cacheWrite ?? price.input);
  return Math.min(Math.ceil(perThousand / 1_000), Number.MAX_SAFE_INTEGER);
}
