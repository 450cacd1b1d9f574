/*
 * Between the page and the server: one request, insisting on one, and listening.
 */

const PAUSES = [1000, 2000, 4000];
const PATIENCE = 20000;
const LONGEST_WAIT = 60000;
const QUIET = 60000;
const MOST_PROOFS = 5;

// Which chat this is, and whether the page was left: known to every part, kept by none.
export const chat = { token: '', left: false };

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A pause, or what the server asked for; not the same for every page that waits.
export function pauseFor(pause, asked) {
  const scattered = pause * (0.75 + Math.random() / 2);
  return sleep(Math.max(Math.min(asked, LONGEST_WAIT), scattered));
}

export const longer = (pause) => Math.min(pause * 2, LONGEST_WAIT);

export async function request(method, path, body, proof) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(path, options(method, body, stop.signal, proof));
    return {
      status: answer.status,
      wait: Number(answer.headers.get('Retry-After')) * 1000 || 0,
      leaving: answer.headers.has('Chat-Ended'),
      data: answer.ok ? await answer.json() : null,
      puzzle: await puzzleOf(answer),
    };
  } finally {
    clearTimeout(timer);
  }
}

// While very much comes from one place, the server asks for a little work before it goes on.
export async function puzzleOf(answer) {
  if (answer.status !== 429) return null;
  const refusal = await answer.json();
  return refusal.challenge ? refusal : null;
}

// Loaded only then: few phones ever need it.
export async function work(puzzle, working) {
  working(0);
  const { solve } = await import('./chat-proof.js');
  return solve(puzzle, working);
}

export function options(method, body, signal, proof) {
  const headers = {};
  if (proof) headers.Proof = proof;
  if (chat.token) headers.Authorization = 'Bearer ' + chat.token;
  if (body) headers['Content-Type'] = 'application/json';
  const sent = body ? JSON.stringify(body) : undefined;
  return { method, headers, signal, body: sent, cache: 'no-store', redirect: 'error' };
}

// The same body, so the same key, goes out again: a turn that did arrive has no second effect.
export async function insist(method, path, body, waiting, working) {
  for (let n = 0, proofs = 0; ; n += 1) {
    let answer = null;
    if (chat.left) throw new Error('left');
    try {
      answer = await request(method, path, body);
      while (answer.puzzle && proofs < MOST_PROOFS) {
        proofs += 1;
        answer = await request(method, path, body, await work(answer.puzzle, working));
      }
    } catch (e) { /* a lost line: try again below */ }
    if (chat.left) throw new Error('left');
    if (answer && answer.status !== 429 && answer.status < 500) return answer;
    if (n === PAUSES.length) throw new Error('unavailable');
    waiting();
    await pauseFor(PAUSES[n], answer ? answer.wait : 0);
  }
}

export function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

// The server speaks every few seconds; a line that is silent for a minute is dead.
export async function follow(reader, stop, mine, hear) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const alarm = setTimeout(() => stop.abort(), QUIET);
    const part = await reader.read();
    clearTimeout(alarm);
    if (chat.left || chat.token !== mine) stop.abort();
    if (part.done || stop.signal.aborted) return;
    rest = (rest + decoder.decode(part.value, { stream: true })).replace(/\r\n?/g, '\n');
    const events = rest.split('\n\n');
    rest = events.pop();
    events.forEach(hear);
  }
}
