/*
 * The web chat: one page, no library, nothing kept but a token that goes with the tab.
 *
 * The phone may be searched.  So no word of a conversation is written to any storage, an address
 * never changes, and leaving empties page and storage before anything waits for the network.
 */
(function () {
  'use strict';

  const TOKEN = 'tab';
  const SEEN = 'last';
  const PAUSES = [1000, 2000, 4000];
  const PATIENCE = 20000;
  const LONGEST_WAIT = 60000;
  const QUIET = 60000;
  const BODY_LIMIT = 32 * 1024;
  const CODE_SECONDS = 60;
  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]/g;
  const LEFT_TO_RIGHT = /[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]/g;

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const log = byId('log');
  const form = byId('form');
  const box = byId('text');
  const send = byId('send');
  const place = byId('place');
  const statusLine = byId('status');
  const again = byId('again');

  let texts = JSON.parse(root.dataset.texts);
  let spoken = root.lang;
  let busy = false;
  let hasty = false;
  let left = false;
  let opened = false;
  let unsent = null;
  let retry = null;
  let hideCode = null;
  let shown = new Set();
  let token = '';
  let heard = '';

  // Storage may be switched off: then the chat lives as long as the page.
  const kept = {};
  function keep(name, value) {
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

  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  /* ---- Words of the page itself ---- */

  function words(key, values) {
    return (texts[key] || '').replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? values[name] : all));
  }

  function dress() {
    document.querySelectorAll('[data-text]').forEach((e) => { e.textContent = words(e.dataset.text); });
    document.querySelectorAll('[data-label]').forEach((e) => e.setAttribute('aria-label', words(e.dataset.label)));
    document.querySelectorAll('[data-title]').forEach((e) => { e.title = words(e.dataset.title); });
    document.title = words('title');
    grow();
  }

  // The page follows the language of the conversation; until its own words have come, the old ones serve.
  async function speak(lang, dir) {
    root.lang = lang;
    root.dir = dir;
    if (lang === spoken) return;
    try {
      const answer = await request('GET', '/chat/shell/' + encodeURIComponent(lang));
      if (!answer.data || root.lang !== lang || left) return;
      texts = answer.data.texts;
      spoken = lang;
      dress();
    } catch (e) { /* the next reply asks again */ }
  }

  /* ---- Talking to the server ---- */

  async function request(method, path, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(path, options(method, body, stop.signal));
      return {
        status: answer.status,
        wait: Number(answer.headers.get('Retry-After')) * 1000 || 0,
        leaving: answer.headers.has('Chat-Ended'),
        data: answer.ok ? await answer.json() : null,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  function options(method, body, signal) {
    const headers = {};
    if (token) headers.Authorization = 'Bearer ' + token;
    if (body) headers['Content-Type'] = 'application/json';
    return { method, headers, signal, body: body ? JSON.stringify(body) : undefined, cache: 'no-store', redirect: 'error' };
  }

  // The same body, so the same key, goes out again: a turn that did arrive has no second effect.
  async function insist(method, path, body) {
    for (let n = 0; ; n += 1) {
      let answer = null;
      try {
        answer = await request(method, path, body);
        if (answer.status !== 429 && answer.status < 500) return answer;
      } catch (e) {
        if (left) throw e;
      }
      if (n === PAUSES.length) throw new Error('unavailable');
      notice(words('waiting'));
      const asked = answer ? Math.min(answer.wait, LONGEST_WAIT) : 0;
      await sleep(Math.max(asked, PAUSES[n] * (0.75 + Math.random() / 2)));
    }
  }

  function key() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  }

  /* ---- What is shown ---- */

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function paragraph(text, dir) {
    const made = element('p', '', text);
    made.dir = dir || 'auto';
    return made;
  }

  // A name in another script at the beginning must not turn a message round, but a whole text in
  // another language, shown where there is no translation yet, must.
  function direction(text, dir) {
    const left = (text.match(RIGHT_TO_LEFT) || []).length;
    const all = left + (text.match(LEFT_TO_RIGHT) || []).length;
    const share = all ? left / all : 0;
    if (dir === 'rtl') return all && share < 0.2 ? 'ltr' : 'rtl';
    return share > 0.8 ? 'rtl' : 'ltr';
  }

  // Numbers are dialled and copied: their groups stay on one line.
  function paragraphs(text, dir) {
    const turned = direction(text, dir) !== dir;
    return text.replace(/(\d) (?=\d)/g, '$1\u00a0').split(/\n{2,}/)
      .map((one) => paragraph(one, turned ? direction(one, dir) : dir));
  }

  // Number and code are shown large below, so the lines that tell them are not shown twice.
  function withoutKeys(message) {
    const large = [grouped(message.reference || '', 4), grouped(message.code || '', 3)].filter(Boolean);
    return message.text.split('\n').filter((line) => !large.some((one) => line.includes(one))).join('\n');
  }

  function atEnd() {
    return window.innerHeight + window.pageYOffset >= root.scrollHeight - 120;
  }

  // A reply is read from its beginning: its question stays on top, or all of it fits.
  function scrollTo(target) {
    const top = target.getBoundingClientRect().top + window.pageYOffset;
    window.scrollTo(0, top - document.querySelector('header').offsetHeight - 8);
  }

  function notice(text, label, action) {
    const end = atEnd();
    statusLine.textContent = text || '';
    again.textContent = label || '';
    again.hidden = !label;
    retry = action || null;
    if (end && text) window.scrollTo(0, root.scrollHeight);
  }

  function showOwn(text) {
    const made = element('div', 'own waiting');
    made.append(element('span', 'unseen', words('you')), paragraph(text));
    log.append(made);
    scrollTo(made);
    return made;
  }

  function showReply(reply) {
    retire();
    if (hideCode) hideCode();
    speak(reply.lang, reply.dir);
    return reply.messages.map((m) => showMessage(m, reply)).filter(Boolean);
  }

  function showMessage(message, reply) {
    if (shown.has(message.id)) return null;
    shown.add(message.id);
    const made = element('div', 'said');
    made.lang = reply.lang;
    made.append(...paragraphs(withoutKeys(message), reply.dir));
    if (message.phone) made.append(call(message.phone));
    if (message.reference || message.code) keys(made, message);
    log.append(made);
    if (message.choices && message.choices.length) log.append(rows(message.choices, reply));
    return made;
  }

  function call(phone) {
    const made = element('a', 'button call');
    const number = element('bdi', '', phone);
    number.dir = 'ltr';
    made.href = 'tel:' + phone.replace(/[^+\d]/g, '');
    made.append(element('span', '', words('call')), number);
    return made;
  }

  function rows(choices, reply) {
    const made = element('div', 'rows');
    made.lang = reply.lang;
    choices.forEach((row) => {
      const line = element('div', 'row');
      row.forEach((choice) => line.append(button(choice)));
      made.append(line);
    });
    return made;
  }

  function button(choice) {
    const made = element('button', '');
    made.type = 'button';
    made.dataset.choice = choice.id;
    made.append(element('bdi', '', choice.label));
    return made;
  }

  // Buttons of an answered question stay readable but do nothing.  The one that holds the focus
  // keeps it until it is left, so that the keyboard goes on from here and not from the top.
  function retire() {
    log.querySelectorAll('button:not(:disabled)').forEach((b) => {
      b.setAttribute('aria-disabled', 'true');
      if (b !== document.activeElement) b.disabled = true;
      else b.addEventListener('blur', () => { b.disabled = true; }, { once: true });
    });
  }

  function grouped(digits, size) {
    return digits.replace(new RegExp('(.{' + size + '})(?=.)', 'g'), '$1 ');
  }

  function keys(made, message) {
    const list = element('dl', 'keys');
    [['number', message.reference, 4], ['code', message.code, 3]].forEach(([label, digits, size]) => {
      if (!digits) return;
      const value = element('dd', '');
      const number = element('bdi', '', grouped(digits, size));
      number.dir = 'ltr';
      value.append(number);
      list.append(element('dt', '', words(label)), value);
    });
    made.append(list);
    if (message.code) countDown(made);
  }

  // Who looks over the shoulder a minute later sees that something was here, not what.
  function countDown(made) {
    const end = Date.now() + CODE_SECONDS * 1000;
    const line = element('p', 'soft');
    line.setAttribute('role', 'timer');
    line.setAttribute('aria-live', 'off');
    made.append(line);
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (seconds <= 0) hideCode();
      else line.textContent = words('seconds', { seconds });
    };
    const timer = setInterval(tick, 500);
    hideCode = () => {
      clearInterval(timer);
      hideCode = null;
      made.textContent = '';
      const gone = paragraph(words('gone'));
      gone.className = 'soft';
      made.append(gone);
    };
    tick();
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

  async function take(turn, label, pressed) {
    if (busy || left) return;
    const sent = body(turn);
    if (new TextEncoder().encode(JSON.stringify(sent)).length > BODY_LIMIT) {
      notice(words('long'));
      return;
    }
    hold(true);
    notice('');
    const leaving = leaves(turn);
    if (leaving) {
      empty();
      box.value = '';
      grow();
    }
    const own = leaving ? null : showOwn(label);
    const slow = setTimeout(() => notice(words('sending')), 1500);
    try {
      const answer = await insist('POST', '/chat/turns', sent);
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
    if (left) return;
    hasty = false;
    own.remove();
    notice(words('unsent'), words('again'), action);
  }

  // A chat that is gone is opened anew, in the language of the page; a button pressed meanwhile is
  // pressed there, a text stays in its box.
  function renew(own, then) {
    if (own) own.remove();
    empty();
    token = '';
    return open(then);
  }

  // What was said goes from page and storage; what is being typed stays, and so does the page.
  function empty() {
    if (hideCode) hideCode();
    keep(TOKEN, '');
    keep(SEEN, '');
    heard = '';
    unsent = null;
    shown = new Set();
    log.textContent = '';
  }

  async function open(then) {
    token = recall(TOKEN);
    const locale = opened ? root.lang : navigator.language;
    hold(true);
    try {
      const answer = token
        ? await insist('GET', '/chat')
        : await insist('POST', '/chat', locale ? { locale } : {});
      if (answer.status === 401 && token) return renew();
      if (!answer.data) throw new Error('refused');
      token = answer.data.token || token;
      keep(TOKEN, token);
      opened = true;
      notice('');
      listen(token);
      if (then) setTimeout(then);
      else showReply(answer.data);
    } catch (e) {
      if (!left) notice(words('closed'), words('retry'), () => open(then));
    } finally {
      hold(false);
    }
    return undefined;
  }

  /* ---- What comes later ---- */

  // Read with fetch, since an EventSource would need the token in the address.
  async function listen(mine) {
    for (let pause = 1000; !left && token === mine; pause = Math.min(pause * 2, LONGEST_WAIT)) {
      let wait = 0;
      try {
        const stop = new AbortController();
        const asked = options('GET', undefined, stop.signal);
        if (heard || recall(SEEN)) asked.headers['Last-Event-ID'] = heard || recall(SEEN);
        const answer = await fetch('/chat/events', asked);
        if (answer.status === 401) return token === mine && !busy ? renew() : undefined;
        wait = Number(answer.headers.get('Retry-After')) * 1000 || 0;
        if (answer.ok && answer.body) {
          pause = 1000;
          await follow(answer.body.getReader(), stop, mine);
        }
      } catch (e) { /* a lost line: try again below */ }
      await sleep(Math.max(Math.min(wait, LONGEST_WAIT), pause * (0.75 + Math.random() / 2)));
    }
    return undefined;
  }

  // The server speaks every few seconds; a line that is silent for a minute is dead.
  async function follow(reader, stop, mine) {
    const decoder = new TextDecoder();
    let waiting = '';
    for (;;) {
      const alarm = setTimeout(() => stop.abort(), QUIET);
      const part = await reader.read();
      clearTimeout(alarm);
      if (left || token !== mine) stop.abort();
      if (part.done || stop.signal.aborted) return;
      waiting = (waiting + decoder.decode(part.value, { stream: true })).replace(/\r\n?/g, '\n');
      const events = waiting.split('\n\n');
      waiting = events.pop();
      events.forEach(hear);
    }
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

  function wipe() {
    left = true;
    if (hideCode) hideCode();
    try {
      sessionStorage.clear();
    } catch (e) { /* nothing was kept there */ }
    Object.keys(kept).forEach((name) => delete kept[name]);
    texts = {};
    unsent = null;
    token = '';
    document.title = '';
    if (document.body) document.body.textContent = '';
  }

  // The page is empty before anything else happens; the server forgets while the new page loads.
  function leave() {
    if (left) return;
    const sent = options('POST', { key: key(), choice: 'leave' });
    sent.keepalive = true;
    const known = Boolean(token);
    const away = () => location.replace(root.dataset.exit);
    wipe();
    const told = known ? fetch('/chat/turns', sent).catch(() => {}) : Promise.resolve();
    if ('keepalive' in Request.prototype) away();
    else Promise.race([told, sleep(300)]).then(away);
  }

  // "0 Leave" in the conversation, and 0 typed in the digits seen most; the server knows the other
  // ways to say it.  The page is empty at once, then shows the harmless answer.
  function leaves(turn) {
    return turn.choice === 'leave' || /^\s*[0\u0660\u06f0]\s*$/.test(turn.text || '');
  }

  function afterLeaving(reply) {
    empty();
    token = '';
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

  function grow() {
    box.dir = box.value ? 'auto' : root.dir;
    box.style.height = 'auto';
    box.style.height = box.scrollHeight + 2 + 'px';
  }

  // Sent while another turn is under way: it goes out right after that one.
  function say() {
    const text = box.value;
    if (!text.trim()) box.focus();
    else if (busy) hasty = true;
    else take({ text }, text.trim());
  }

  function press(event) {
    const pressed = event.target.closest('button[data-choice]');
    if (!pressed || pressed.getAttribute('aria-disabled') === 'true') return;
    take({ choice: pressed.dataset.choice }, pressed.textContent, pressed);
  }

  // Two decimals are about a kilometre: enough for a town, too coarse for a door.
  function share() {
    if (busy) return;
    const coarse = (degrees) => Math.round(degrees * 100) / 100;
    notice(words('looking'));
    navigator.geolocation.getCurrentPosition(
      (found) => take({ location: { lat: coarse(found.coords.latitude), lon: coarse(found.coords.longitude) } }, words('here')),
      () => { if (!left) notice(words('nowhere')); },
      { enableHighAccuracy: false, timeout: 15000, maximumAge: 600000 },
    );
  }

  // A page that comes back out of the browser's memory after leaving stays empty, and so does one
  // reached by Back in a tab that has no chat: a new one opens on reload only.
  function returned() {
    const entry = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null;
    return Boolean(entry) && entry.type === 'back_forward' && !recall(TOKEN);
  }

  function begin() {
    if (returned()) {
      wipe();
      return;
    }
    byId('leave').addEventListener('click', (event) => {
      event.preventDefault();
      leave();
    });
    document.addEventListener('keydown', countEscapes, true);
    form.addEventListener('submit', (event) => {
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
    again.addEventListener('click', () => {
      const action = retry;
      send.focus();
      notice('');
      if (action) action();
    });
    place.addEventListener('click', share);
    place.hidden = !('geolocation' in navigator && window.isSecureContext);
    open();
  }

  window.addEventListener('pageshow', (event) => {
    if (event.persisted && left) wipe();
  });
  begin();
}());
