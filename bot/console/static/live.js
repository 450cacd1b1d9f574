// Keeps a page up to date: takes over the marked parts of the same page as the server sends it anew.
// A line that is lost is said, and the whole page comes when it is back, so nothing is missed.
"use strict";

const AGAIN = 3000;
const address = document.currentScript.dataset.events;
const says = { lost: document.getElementById("live-lost"), ended: document.getElementById("live-ended") };
let source = null;
let later = 0;

function tell(what) {
  for (const [name, line] of Object.entries(says)) line.hidden = name !== what;
}

function takeOver(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return;
  const at = document.activeElement;
  const held = part.contains(at) ? at.getAttribute("href") : null;
  part.replaceChildren(...fresh.childNodes);
  if (held === null) return;
  const same = [...part.querySelectorAll("a")].find((one) => one.getAttribute("href") === held);
  (same || document.getElementById("main")).focus({ preventScroll: true });
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) takeOver(part, fresh);
  }
}

function open() {
  clearTimeout(later);
  if (source || document.hidden) return;
  source = new EventSource(address);
  source.onmessage = (event) => { tell(""); show(JSON.parse(event.data)); };
  source.addEventListener("ended", () => { close(); tell("ended"); });
  source.onerror = () => {
    tell("lost");
    if (source && source.readyState === EventSource.CLOSED) { close(); later = setTimeout(open, AGAIN); }
  };
}

function close() {
  clearTimeout(later);
  if (source) source.close();
  source = null;
}

// A page nobody sees holds no line: browsers allow few to one server.
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
