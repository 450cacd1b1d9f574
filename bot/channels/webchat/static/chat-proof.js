/*
 * A little work before a message goes out, asked for only while very many come from one place.
 *
 * SHA-256 (FIPS 180-4) by hand: the browser's own is absent on plain http and slow for so many
 * short texts.  In short slices, so that the page answers meanwhile and leaving stops it.
 */

import { chat } from './chat-wire.js';

const SLICE = 50;
const ROUND = 200;

const K = new Int32Array(64);
const START = new Int32Array(8);

// The first 32 bits of the fractional parts of the roots of the first 64 primes.
(() => {
  const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  for (let n = 2, found = 0; found < 64; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) prime = prime && n % d !== 0;
    if (prime) {
      if (found < 8) START[found] = fraction(Math.sqrt(n));
      K[found] = fraction(Math.cbrt(n));
      found += 1;
    }
  }
})();

const w = new Int32Array(64);

function compress(from, to) {
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
  let a = from[0];
  let b = from[1];
  let c = from[2];
  let d = from[3];
  let e = from[4];
  let f = from[5];
  let g = from[6];
  let h = from[7];
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  to[0] = (from[0] + a) | 0;
  to[1] = (from[1] + b) | 0;
  to[2] = (from[2] + c) | 0;
  to[3] = (from[3] + d) | 0;
  to[4] = (from[4] + e) | 0;
  to[5] = (from[5] + f) | 0;
  to[6] = (from[6] + g) | 0;
  to[7] = (from[7] + h) | 0;
}

function load(bytes, at) {
  for (let i = 0; i < 16; i += 1) {
    const j = at + i * 4;
    w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
  }
}

// Whole blocks of the text are worked in once; what is left and the number fit into one more.
function tries(text, bits) {
  const bytes = Array.from(text, (sign) => sign.charCodeAt(0));
  const middle = Int32Array.from(START);
  let done = 0;
  for (; bytes.length - done >= 64; done += 64) {
    load(bytes, done);
    compress(middle, middle);
  }
  const left = bytes.slice(done);
  const out = new Int32Array(8);
  const block = new Uint8Array(64);
  return (number) => {
    const digits = String(number);
    const end = left.length + digits.length;
    block.fill(0);
    block.set(left);
    for (let i = 0; i < digits.length; i += 1) block[left.length + i] = digits.charCodeAt(i);
    block[end] = 128;
    const length = (done + end) * 8;
    block[62] = length >>> 8;
    block[63] = length & 255;
    load(block, 0);
    compress(middle, out);
    return out[0] >>> (32 - bits) === 0;
  };
}

// Tells the seconds it may take, once it has seen how fast this phone is.
export async function solve({ challenge, bits }, tell) {
  const hits = tries(challenge + ':', bits);
  const began = performance.now();
  for (let number = 0, slices = 0; !chat.left; slices += 1) {
    const end = performance.now() + SLICE;
    while (performance.now() < end) {
      for (let n = 0; n < ROUND; n += 1, number += 1) {
        if (hits(number)) return challenge + ':' + number;
      }
    }
    if (slices === 1) {
      const rate = number / (performance.now() - began);
      tell(Math.max(1, Math.ceil(2 ** bits / rate / 1000)));
    }
    await new Promise((go) => setTimeout(go));
  }
  throw new Error('left');
}
