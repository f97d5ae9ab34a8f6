import { describe, expect, it } from 'vitest';
import {
  hostAllowed,
  isLoopback,
  ListenAddressError,
  originAllowed,
  parseListen,
} from '../../src/transport/listen-address.js';

const LOOPBACK = { host: '127.0.0.1', port: 8080 };
const EVERYWHERE = { host: '0.0.0.0', port: 8080 };

describe('parseListen', () => {
  it.each([
    ['8080', '127.0.0.1', 8080],
    ['0', '127.0.0.1', 0],
    ['localhost:65535', 'localhost', 65_535],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['my-host.lan:8080', 'my-host.lan', 8080],
    ['[::1]:0', '::1', 0],
    ['[::]:8080', '::', 8080],
  ])('reads %s', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  it.each([
    ['', 'the port must be a number from 0 to 65535'],
    ['localhost', 'the port must be a number'],
    ['localhost:', 'the port must be a number'],
    ['65536', 'the port must be a number'],
    ['1e3', 'the port must be a number'],
    ['-1', 'the port must be a number'],
    [' 80', 'the port must be a number'],
    [':8080', 'the host is empty; for all interfaces write 0.0.0.0:8080'],
    ['::1:8080', 'an IPv6 address must stand in brackets'],
    ['[::1]', 'an IPv6 address must stand in brackets'],
    ['[127.0.0.1]:80', 'only an IPv6 address stands in brackets'],
    ['[::1%lo\n]:80', 'only an IPv6 address stands in brackets'],
    ['256.0.0.1:80', 'the host is no name and no address'],
    ['a b:80', 'the host is no name and no address'],
    ['http://localhost:80', 'the host is no name and no address'],
    ['a/b:80', 'the host is no name and no address'],
  ])('refuses %j, and says what it found and what is allowed', (text, reason) => {
    expect(() => parseListen(text)).toThrow(ListenAddressError);
    expect(() => parseListen(text)).toThrow(`--listen: found ${JSON.stringify(text)}: ${reason}`);
    expect(() => parseListen(text)).toThrow('Allowed is [host:]port');
  });
});

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.255.0.9', '::1'])(
    'is true of %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    ...['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.evil.example', '127.1', 'localhost.evil.example'],
    ...['127.0.0.256', '', 'notlocalhost', '::ffff:1.2.3.4', '127.0.0.1 '],
  ])('is false of %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('hostAllowed', () => {
  it.each(['localhost', 'LocalHost:9', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080', '[::1]'])(
    'lets %s reach a listener on the loopback, under any port',
    (host) => {
      expect(hostAllowed(host, LOOPBACK)).toBe(true);
      expect(hostAllowed(host, { host: '::1', port: 1 })).toBe(true);
      expect(hostAllowed(host, { host: 'localhost', port: 1 })).toBe(true);
    },
  );

  it.each([
    ...[
      'evil.example.com',
      'evil.example.com:8080',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ],
    ...['192.168.0.2', '0.0.0.0', '[::]', '::1', '', 'localhost:x', 'localhost:80:80'],
    ...['user@localhost', 'localhost/', 'localhost evil', 'localhost,evil.example', undefined],
  ])('keeps %j from a listener on the loopback', (host) => {
    expect(hostAllowed(host, LOOPBACK)).toBe(false);
  });

  it('leaves it to the token under which name a listener beyond the loopback is reached', () => {
    expect(hostAllowed('fuze.example.com', EVERYWHERE)).toBe(true);
    expect(hostAllowed('192.168.0.2:8080', EVERYWHERE)).toBe(true);
    expect(hostAllowed(undefined, EVERYWHERE)).toBe(false);
    expect(hostAllowed('a b', EVERYWHERE)).toBe(false);
  });
});

describe('originAllowed', () => {
  it.each([
    undefined,
    'http://localhost',
    'https://127.0.0.1:3000',
    'http://[::1]:6274',
    'HTTP://LOCALHOST:1',
  ])('lets a page of %j speak to a listener on the loopback', (origin) => {
    expect(originAllowed(origin, 'localhost:8080', LOOPBACK)).toBe(true);
  });

  it.each([
    ...[
      'null',
      '',
      'http://evil.example.com',
      'http://localhost.evil.example',
      'http://192.168.0.2',
    ],
    ...[
      'file://',
      'chrome-extension://localhost',
      'localhost',
      'http://localhost/',
      'http://a@localhost',
    ],
    'http://localhost, http://evil.example',
  ])('keeps a page of %j from it', (origin) => {
    expect(originAllowed(origin, 'localhost:8080', LOOPBACK)).toBe(false);
  });

  // As the suite's dns-rebinding-protection sends them.
  it('refuses both headers of a page whose name was turned to this machine', () => {
    expect(hostAllowed('evil.example.com', LOOPBACK)).toBe(false);
    expect(originAllowed('http://evil.example.com', 'evil.example.com', LOOPBACK)).toBe(false);
  });

  it.each<[string, string | undefined, boolean]>([
    ['http://fuze.example:8080', 'fuze.example:8080', true],
    ['http://FUZE.example', 'fuze.example', true],
    ['http://fuze.example', 'fuze.example:80', true],
    ['https://fuze.example', 'fuze.example:443', true],
    ['https://fuze.example:443', 'fuze.example', true],
    ['https://fuze.example', 'fuze.example:80', false],
    ['http://fuze.example', 'fuze.example:8080', false],
    ['http://other.example:8080', 'fuze.example:8080', false],
    ['http://fuze.example', undefined, false],
    ['null', 'fuze.example', false],
  ])('beyond the loopback, judges a page of %s at %s: %s', (origin, host, allowed) => {
    expect(originAllowed(origin, host, EVERYWHERE)).toBe(allowed);
  });

  it('lets a caller that is no browser speak to any listener', () => {
    expect(originAllowed(undefined, 'fuze.example', EVERYWHERE)).toBe(true);
  });
});
