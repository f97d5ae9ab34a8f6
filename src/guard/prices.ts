import type { Micros, ModelPrice } from '../config/settings.js';

/** Micro-dollars per 1,000 tokens, which are US dollars per million times 1,000. */
export interface Price extends ModelPrice {
  /** Tokens read from a cache; without it they cost what others do. */
  readonly cacheRead?: Micros;
  /** Tokens written to a cache; without it they cost what others do. */
  readonly cacheWrite?: Micros;
}

/** The list prices below are those known on this day. `[providers]` in `fuze.toml` overrides them. */
export const PRICES_AS_OF = '2025-11-30';

function price(input: number, output: number, cacheRead = input, cacheWrite = input): Price {
  return { input, output, cacheRead, cacheWrite };
}

/** Text in, text out, no batch or priority rates, prompts of the usual length. */
export const PRICES: Readonly<Record<string, Price>> = {
  'openai/gpt-5.1': price(1_250, 10_000, 125),
  'openai/gpt-5': price(1_250, 10_000, 125),
  'openai/gpt-5-mini': price(250, 2_000, 25),
  'openai/gpt-5-nano': price(50, 400, 5),
  'openai/gpt-4.1': price(2_000, 8_000, 500),
  'openai/gpt-4.1-mini': price(400, 1_600, 100),
  'openai/gpt-4.1-nano': price(100, 400, 25),
  'openai/gpt-4o': price(2_500, 10_000, 1_250),
  'openai/gpt-4o-2024-05-13': price(5_000, 15_000),
  'openai/gpt-4o-mini': price(150, 600, 75),
  'openai/o1': price(15_000, 60_000, 7_500),
  'openai/o1-mini': price(1_100, 4_400, 550),
  'openai/o3': price(2_000, 8_000, 500),
  'openai/o3-mini': price(1_100, 4_400, 550),
  'openai/o4-mini': price(1_100, 4_400, 275),
  'openai/gpt-4-turbo': price(10_000, 30_000),
  'openai/gpt-4-1106': price(10_000, 30_000),
  'openai/gpt-4-0125': price(10_000, 30_000),
  'openai/gpt-4': price(30_000, 60_000),
  'openai/gpt-3.5-turbo': price(500, 1_500),
  'azure/gpt-35-turbo': price(500, 1_500),
  'openai/text-embedding-3-small': price(20, 0),
  'openai/text-embedding-3-large': price(130, 0),

  'anthropic/claude-opus-4-5': price(5_000, 25_000, 500, 6_250),
  'anthropic/claude-opus-4-1': price(15_000, 75_000, 1_500, 18_750),
  'anthropic/claude-opus-4': price(15_000, 75_000, 1_500, 18_750),
  'anthropic/claude-opus-4-0': price(15_000, 75_000, 1_500, 18_750),
  'anthropic/claude-sonnet-4-5': price(3_000, 15_000, 300, 3_750),
  'anthropic/claude-sonnet-4': price(3_000, 15_000, 300, 3_750),
  'anthropic/claude-sonnet-4-0': price(3_000, 15_000, 300, 3_750),
  'anthropic/claude-haiku-4-5': price(1_000, 5_000, 100, 1_250),
  'anthropic/claude-3-7-sonnet': price(3_000, 15_000, 300, 3_750),
  'anthropic/claude-3-5-sonnet': price(3_000, 15_000, 300, 3_750),
  'anthropic/claude-3-5-haiku': price(800, 4_000, 80, 1_000),
  'anthropic/claude-3-opus': price(15_000, 75_000, 1_500, 18_750),
  'anthropic/claude-3-sonnet': price(3_000, 15_000, 300, 3_750),
  'anthropic/claude-3-haiku': price(250, 1_250, 30, 300),

  'google/gemini-3-pro': price(2_000, 12_000, 200),
  'google/gemini-2.5-pro': price(1_250, 10_000, 125),
  'google/gemini-2.5-flash': price(300, 2_500, 30),
  'google/gemini-2.5-flash-lite': price(100, 400, 10),
  'google/gemini-2.0-flash': price(100, 400, 25),
  'google/gemini-2.0-flash-lite': price(75, 300),
  'google/gemini-1.5-pro': price(1_250, 5_000, 312.5),
  'google/gemini-1.5-flash': price(75, 300, 18.75),
  'google/gemini-1.5-flash-8b': price(37.5, 150, 10),

  'cohere/command-a': price(2_500, 10_000),
  'cohere/command-r-plus': price(2_500, 10_000),
  'cohere/command-r': price(150, 600),
  'cohere/command-r-03-2024': price(500, 1_500),
  'cohere/command-r7b': price(37.5, 150),

  'mistral/mistral-large': price(2_000, 6_000),
  'mistral/mistral-medium': price(400, 2_000),
  'mistral/mistral-small': price(100, 300),
  'mistral/magistral-medium': price(2_000, 5_000),
  'mistral/magistral-small': price(500, 1_500),
  'mistral/codestral': price(300, 900),
  'mistral/devstral-medium': price(400, 2_000),
  'mistral/pixtral-large': price(2_000, 6_000),
  'mistral/ministral-8b': price(100, 100),
  'mistral/ministral-3b': price(40, 40),
  'mistral/open-mistral-nemo': price(150, 150),

  'amazon/nova-premier': price(2_500, 12_500, 625),
  'amazon/nova-pro': price(800, 3_200, 200),
  'amazon/nova-lite': price(60, 240, 15),
  'amazon/nova-micro': price(35, 140, 8.75),
  'meta/llama3-3-70b-instruct': price(720, 720),
};
