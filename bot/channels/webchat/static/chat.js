/*
 * The web chat: one page, no library, nothing kept but a token that goes with the tab.
 *
 * The phone may be searched.  So no word of a conversation is written to any storage, an address
 * never changes, and leaving empties page and storage before anything waits for the network.
 */

import {
  atEnd, clearAll, clearLog, grow, notice, scrollTo, showMessage, showOwn, showReply, words,
} from './chat-show.js';
import {
  chat, follow, insist, key, longer, options, pauseFor, puzzleOf, sleep, work,
} from './chat-wire.js';

const TOKEN = 'tab';
const SEEN = 'last';
const BODY_LIMIT = 32 * 1024;

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const log = byId('log');
const box = byId('text');
const send = byId('send');
const place = byId('place');

let busy = false;
let hasty = false;
let opened = false;
let unsent = null;
let heard = '';

// Storage may be switched off: then the chat lives as long as the page.
const kept = {};
function keep(name, value) {
  if (chat.left) return;
  kept[name] = value;
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
  } catch (e) { /* kept in the page alone */ }
}
function recall(name) {
  try {
    return sessionStorage.getItem(name) || kept[name] || '';
  } catch (e) {
    return kept[name] || '';
  }
}

/* ---- One turn ---- */

function hold(on) {
  busy = on;
  [send, place].forEach((b) => b.setAttribute('aria-disabled', String(on)));
  if (!on && hasty) setTimeout(say);
  if (!on) hasty = false;
}

function body(turn) {
  const same = unsent && JSON.stringify(unsent.turn) === JSON.stringify(turn);
  unsent = { turn, body: same ? unsent.body : Object.assign({ key: key() }, turn) };
  return unsent.body;
}

const working = (seconds) => notice(words('checking', { seconds: seconds || 5 }));
const unreached = () => notice(words('waiting'));
const slowly = () => {
  if (!chat.left && !byId('status').textContent) notice(words('sending'));
};

async function take(turn, label, pressed) {
  if (busy || chat.left) return;
  const sent = body(turn);
  if (new TextEncoder().encode(JSON.stringify(sent)).length > BODY_LIMIT) {
    notice(words('long'));
    return;
  }
  hold(true);
  notice('');
  const leaving = leaves(turn);
  if (leaving) {
    tellTabs();
    empty();
    box.value = '';
    grow();
  }
  const own = leaving ? null : showOwn(label);
  const slow = setTimeout(slowly, 1500);
  try {
    const answer = await insist('POST', '/chat/turns', sent, unreached, working);
    clearTimeout(slow);
    await settle(answer, own, turn, label, pressed);
  } catch (e) {
    if (leaving) leave();
    else fail(own, () => take(turn, label, pressed));
  } finally {
    clearTimeout(slow);
    hold(false);
  }
}

async function settle(answer, own, turn, label, pressed) {
  if (answer.status === 401 && !own) return leave();
  if (answer.status === 401) return renew(own, pressed && (() => take(turn, label)));
  if (answer.status === 413) {
    own.remove();
    return notice(words('long'));
  }
  if (!answer.data) throw new Error('refused');
  unsent = null;
  notice('');
  if (turn.text === box.value) {
    box.value = '';
    grow();
  }
  if (answer.leaving) return afterLeaving(answer.data);
  keep(SEEN, heard);
  if (pressed) pressed.classList.add('pressed');
  showReply(answer.data);
  if (own) {
    own.classList.remove('waiting');
    scrollTo(own);
  }
  return undefined;
}

// Nothing is lost: what was typed is still in its box, and the same key goes out again.
function fail(own, action) {
  if (chat.left) return;
  hasty = false;
  own.remove();
  notice(words('unsent'), words('again'), action);
}

// A chat that is gone is opened anew, in the language of the page; a button pressed meanwhile is
// pressed there, a text stays in its box.
function renew(own, then) {
  if (own) own.remove();
  empty();
  chat.token = '';
  return open(then);
}

// What was said goes from page and storage; what is being typed stays, and so does the page.
function empty() {
  keep(TOKEN, '');
  keep(SEEN, '');
  heard = '';
  unsent = null;
  clearLog();
}

async function open(then) {
  chat.token = recall(TOKEN);
  const locale = opened ? root.lang : navigator.language;
  hold(true);
  try {
    const answer = chat.token
      ? await insist('GET', '/chat', undefined, unreached, working)
      : await insist('POST', '/chat', locale ? { locale } : {}, unreached, working);
    if (answer.status === 401 && cameBack && !opened) return wipe();
    if (answer.status === 401 && chat.token) return renew();
    if (!answer.data) throw new Error('refused');
    chat.token = answer.data.token || chat.token;
    keep(TOKEN, chat.token);
    opened = true;
    notice('');
    listen(chat.token);
    if (then) setTimeout(then);
    else showReply(answer.data);
  } catch (e) {
    if (!chat.left) notice(words('closed'), words('retry'), () => open(then));
  } finally {
    hold(false);
  }
  return undefined;
}

/* ---- What comes later ---- */

// Read with fetch, since an EventSource would need the token in the address.
async function listen(mine) {
  let proof = '';
  for (let pause = 1000; !chat.left && chat.token === mine; pause = longer(pause)) {
    let wait = 0;
    try {
      const stop = new AbortController();
      const asked = options('GET', undefined, stop.signal, proof);
      proof = '';
      if (heard || recall(SEEN)) asked.headers['Last-Event-ID'] = heard || recall(SEEN);
      const answer = await fetch('/chat/events', asked);
      if (answer.status === 401) return chat.token === mine && !busy ? renew() : undefined;
      wait = Number(answer.headers.get('Retry-After')) * 1000 || 0;
      const puzzle = await puzzleOf(answer);
      if (puzzle) proof = await work(puzzle, () => {});
      if (answer.ok && answer.body) {
        pause = 1000;
        await follow(answer.body.getReader(), stop, mine, hear);
      }
    } catch (e) { /* a lost line: try again below */ }
    await pauseFor(pause, wait);
  }
  return undefined;
}

function hear(event) {
  const field = (name) => event.split('\n').filter((l) => l.startsWith(name + ':'))
    .map((l) => l.slice(name.length + 1).replace(/^ /, '')).join('\n');
  if (!field('data')) return;
  const end = atEnd();
  const made = showMessage(JSON.parse(field('data')), { lang: root.lang, dir: root.dir });
  heard = field('id') || heard;
  if (!made) return;
  if (end) scrollTo(made);
  else notice(words('newer'), words('read'), () => scrollTo(made));
}

/* ---- Leaving ---- */

// Whoever leaves in one tab leaves in all of them: the others still show what was said there.
const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('leave') : null;
if (tabs) tabs.onmessage = depart;

function tellTabs() {
  if (tabs) tabs.postMessage('');
}

// Only the token is ever kept, and only in the session storage; the rest is emptied all the same.
function wipe() {
  chat.left = true;
  ['sessionStorage', 'localStorage'].forEach((name) => {
    try {
      window[name].clear();
    } catch (e) { /* switched off: nothing is kept there */ }
  });
  const cleared = (names) => names.forEach((name) => caches.delete(name));
  if ('caches' in window) caches.keys().then(cleared).catch(() => {});
  Object.keys(kept).forEach((name) => delete kept[name]);
  unsent = null;
  heard = '';
  box.value = '';
  chat.token = '';
  clearAll();
}

function leave() {
  if (!chat.left) tellTabs();
  depart();
}

// The page is empty before anything else happens; the server forgets while the new page loads.
function depart() {
  if (chat.left) return;
  const sent = options('POST', { key: key(), choice: 'leave' });
  sent.keepalive = true;
  const known = Boolean(chat.token);
  const away = () => location.replace(root.dataset.exit);
  wipe();
  const told = known ? fetch('/chat/turns', sent).catch(() => {}) : Promise.resolve();
  if ('keepalive' in Request.prototype) away();
  else Promise.race([told, sleep(300)]).then(away);
}

// Every way to leave that the server knows is known here too, so that the page is empty at once
// whether the server can be reached or not; then it shows the harmless answer.
const EXITS = JSON.parse(root.dataset.exits);
const MARKS = /[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f\u2066-\u2069\ufeff]/g;
const ENDS = /^[\s.,!?\u00a1\u00bf\u060c\u061f\u2026]+|[\s.,!?\u00a1\u00bf\u060c\u061f\u2026]+$/g;

function leaves(turn) {
  if (turn.choice) return turn.choice === 'leave' || turn.choice === 'refer:safe:leave';
  const bare = (turn.text || '').normalize('NFKD').replace(MARKS, '').normalize('NFKC');
  const said = bare.replace(ENDS, '').toLowerCase();
  return EXITS.includes(said.startsWith('/') ? said.split(/[\s@]/)[0] : said);
}

function afterLeaving(reply) {
  empty();
  chat.token = '';
  showReply(reply);
  window.scrollTo(0, 0);
}

let escapes = [];
function countEscapes(event) {
  if (event.key !== 'Escape' || event.repeat) return;
  const now = Date.now();
  escapes = escapes.filter((t) => now - t < 1500).concat(now);
  if (escapes.length >= 3) leave();
}

/* ---- What a person does ---- */

// Sent while another turn is under way: it goes out right after that one; leaving waits for none.
function say() {
  const text = box.value;
  if (!text.trim()) box.focus();
  else if (busy && leaves({ text })) leave();
  else if (busy) hasty = true;
  else take({ text }, text.trim());
}

function press(event) {
  const pressed = event.target.closest('button[data-choice]');
  if (!pressed || pressed.getAttribute('aria-disabled') === 'true') return;
  const turn = { choice: pressed.dataset.choice };
  if (busy && leaves(turn)) leave();
  else take(turn, pressed.textContent, pressed);
}

// Two decimals are about a kilometre: enough for a town, too coarse for a door.
function share() {
  if (busy) return;
  const coarse = (degrees) => Math.round(degrees * 100) / 100;
  notice(words('looking'));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => take(
      { location: { lat: coarse(coords.latitude), lon: coarse(coords.longitude) } },
      words('here'),
    ),
    () => { if (!chat.left) notice(words('nowhere')); },
    { enableHighAccuracy: false, timeout: 15000, maximumAge: 600000 },
  );
}

// A page reached by Back in a tab whose chat is over stays empty: a new one opens on reload only.
const BACK = 'back';
const cameBack = (() => {
  const entry = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null;
  const back = history.state === BACK || (Boolean(entry) && entry.type === 'back_forward');
  if (history.state === BACK) history.replaceState(null, '');
  return back;
})();

// A keyboard over the page, or fingers that enlarge it, must not push the way out of sight.
function keepInSight() {
  if (chat.left) return;
  const { offsetTop, offsetLeft, width } = window.visualViewport;
  const right = Math.min(0, offsetLeft + width - root.clientWidth);
  document.querySelector('header').style.top = `${offsetTop}px`;
  byId('leave').style.transform = `translateX(${root.dir === 'rtl' ? offsetLeft : right}px)`;
}

function begin() {
  if (cameBack && !recall(TOKEN)) {
    wipe();
    return;
  }
  ['resize', 'scroll'].forEach((name) => {
    if (window.visualViewport) visualViewport.addEventListener(name, keepInSight);
  });
  byId('leave').addEventListener('click', (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener('keydown', countEscapes, true);
  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    say();
  });
  box.addEventListener('input', grow);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    say();
  });
  log.addEventListener('click', press);
  place.addEventListener('click', share);
  place.hidden = !('geolocation' in navigator && window.isSecureContext);
  open();
}

// A browser may keep the whole page in its memory for Back: it keeps none of what was said, and
// the page then loads anew, so that it shows what is true by then.
window.addEventListener('pagehide', () => {
  clearLog();
  box.value = '';
});
window.addEventListener('pageshow', (event) => {
  if (!event.persisted || chat.left) return;
  history.replaceState(BACK, '');
  location.reload();
});
begin();
