// Live parts ask for themselves again: less often while nothing changes, never in a hidden tab, not while someone types in them.
const FIRST = 2500;
const MOST = 30000;
const waits = new Map(); // part's id -> { wait, due, html }

const plain = (html) => html.replace(/name="csrf_token"[^>]*>/g, "").trim();
const state = (part) => {
  if (!waits.has(part.id)) waits.set(part.id, { wait: FIRST, due: Date.now() + FIRST, html: "" });
  return waits.get(part.id);
};

function beat() {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) {
    const typing = part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
    const mine = state(part);
    if (typing || Date.now() < mine.due) continue;
    mine.due = Date.now() + Math.max(mine.wait, FIRST);
    part.dispatchEvent(new CustomEvent("live"));
  }
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = detail.elt;
  if (!part.matches?.("[data-live]")) return;
  const mine = state(part);
  const html = plain(detail.xhr.responseText);
  const news = html !== mine.html;
  mine.wait = news ? FIRST : Math.min(mine.wait * 1.3, MOST);
  mine.due = Date.now() + mine.wait;
  mine.html = html;
  mine.open = [...part.querySelectorAll("details[open][id]")].map((fold) => fold.id);
  mine.said = part.dataset.say;
  if (detail.xhr.status === 286) part.removeAttribute("data-live"); // the story is over
  if (!news) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const mine = waits.get(target.id);
  if (!mine) return;
  mine.open?.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (target.dataset.say && target.dataset.say !== mine.said) document.getElementById("say").textContent = target.dataset.say;
});

document.addEventListener("visibilitychange", () => {
  waits.forEach((mine) => Object.assign(mine, { wait: FIRST, due: 0 }));
  beat();
});
setInterval(beat, 500);
